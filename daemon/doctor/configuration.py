"""Is the configuration one that can be used, and is it safe?"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.doctor.finding import Finding, fail, ok, warn
from daemon.nights import check_executor
from daemon.options import handler_options
from tane.settings.model import ConfigError, Settings
from tane.settings.sources import gather, load_settings

_CHECK_REMEDY = "correct it; `tane config check` tells when it is right"
_DAYS = 366
_SECRETS = ("database.url", "llm.token", "llm.headers", "web.token")


def examine_configuration(
    config: Path | None, overrides: Mapping[str, str]
) -> tuple[Settings | None, list[Finding]]:
    """Read the settings; without any, nothing else can be looked at."""
    try:
        settings = load_settings(config, overrides)
        found = gather(config, overrides)
        handler_options(settings)
        check_executor(settings.nightly)
    except ConfigError as error:
        return None, [
            fail("configuration", line, _CHECK_REMEDY) for line in str(error).splitlines() if line.strip()
        ]
    source = f"{found.file}" if found.file else "no file: the defaults"
    findings = [ok("configuration", f"{source}, keys set otherwise than by default: {len(found.set_keys)}")]
    if found.file is not None:
        findings += _secrets(found.file, [key for key in _SECRETS if found.origin(key) == str(found.file)])
    findings += _privacy(settings)
    findings.append(
        judge_time(settings.nightly.at, settings.timezone, today=datetime.now(ZoneInfo("UTC")).date())
    )
    return settings, findings


def _secrets(file: Path, held: Sequence[str]) -> list[Finding]:
    """Everybody on the machine could read the password of the database, or what opens the model server."""
    if not held or not file.stat().st_mode & 0o007:
        return []
    return [warn("secrets", f"others may read {file}, which holds {', '.join(held)}", f"chmod o= {file}")]


def _privacy(settings: Settings) -> list[Finding]:
    found = []
    if settings.log.text:
        found.append(
            warn(
                "privacy",
                "log.text is set: prompts and replies are written to the log",
                "set log.text = false",
            )
        )
    if settings.web.without_token and settings.web.port:
        found.append(
            warn(
                "privacy",
                "web.without_token is set: every account of this machine reads everything",
                "set web.without_token = false; `tane web --print-url` opens the page",
            )
        )
    return found


def judge_time(at: str, zone: str, *, today: date) -> Finding:
    """Tell whether the night's hour is skipped or repeated by a change of clocks within a year. Pure."""
    tz, moment = ZoneInfo(zone), time.fromisoformat(at)
    for day in (today + timedelta(days=n) for n in range(_DAYS)):
        local = datetime.combine(day, moment, tzinfo=tz)
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            return warn(
                "night's hour",
                f"on {day} a change of clocks skips or repeats {at} in {zone}",
                "set nightly.at to another hour, for example 04:30",
            )
    return ok("night's hour", f"{at} in {zone}")
