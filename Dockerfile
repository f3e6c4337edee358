# The image of Tane. glibc, not Alpine: the wheel of PostgreSQL is built for glibc alone.
#
#   docker build -t tane .
#   docker run --rm tane doctor
#
# The base is pinned to a release of Python and Debian; for a build that is the same to the bit, name a digest:
#   docker build --build-arg BASE=python@sha256:... -t tane .
ARG BASE=python:3.12-slim-bookworm

# What builds: the build backend and node for the page, as pinned.
FROM ${BASE} AS wheel
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements-build.lock ./
RUN python -m venv /build && /build/bin/python -m pip install --require-hashes -r requirements-build.lock
COPY . .
RUN /build/bin/python -m hatchling build -t wheel -d /wheels

# What runs: the lock of production, then the wheel, and nothing that is not in one of them.
FROM ${BASE} AS installed
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_NO_CACHE_DIR=1
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /opt/tane && /opt/tane/bin/python -m pip install --require-hashes -r /tmp/requirements.lock
COPY --from=wheel /wheels /tmp/wheels
RUN /opt/tane/bin/python -m pip install --no-deps --no-index /tmp/wheels/*.whl

FROM ${BASE}
RUN groupadd --system --gid 999 tane \
    && useradd --system --uid 999 --gid tane --home-dir /var/lib/tane --shell /usr/sbin/nologin tane \
    && install -d -o tane -g tane -m 0700 /var/lib/tane /var/cache/tane
COPY --from=installed /opt/tane /opt/tane
ENV PATH=/opt/tane/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/var/lib/tane \
    XDG_DATA_HOME=/var/lib \
    NUMBA_CACHE_DIR=/var/cache/tane/numba
USER 999:999
WORKDIR /var/lib/tane
VOLUME ["/var/lib/tane", "/var/cache/tane"]
STOPSIGNAL SIGTERM
# /livez answers from memory, and only while the queue is really being read.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import os; from urllib.request import urlopen; urlopen('http://127.0.0.1:' + os.environ.get('TANE_WEB__PORT', '8420') + '/livez', timeout=4)"]
ENTRYPOINT ["tane"]
CMD ["run"]
