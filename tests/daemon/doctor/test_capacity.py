from daemon.doctor.capacity import judge_sample
from tests.daemon.health.snapshots import sample


def test_a_level_that_is_not_normal_is_told_with_the_command_that_shows_more():
    judged = judge_sample(sample(), is_enabled=True)

    assert (judged.state, judged.check) == ("warn", "memory")
    assert judged.cause == "critical: 46.0 GB in use, 92% of 50.0 GB, 90.0 GB free on the disk"
    assert "`tane memory status`" in (judged.remedy or "")
    assert judge_sample(sample(level="emergency"), is_enabled=True).state == "fail"


def test_a_normal_level_no_look_yet_and_none_wanted_are_well():
    for of, is_enabled in ((sample(level="normal"), True), (None, True), (sample(), False)):
        assert judge_sample(of, is_enabled=is_enabled).state == "ok"
