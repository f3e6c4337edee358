"""Text of many languages in many encodings, one line and more: read right, or asked for; never read as something else."""

import io

import pytest

from tane.decoding.decodings import decodings, likely
from tane.decoding.encodings import EncodingUnclear, detect
from tane.decoding.lines import BadLine, Lines
from tests.tables import every

WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-7")
CYRILLIC = ("cp1251", "iso8859_5", "mac_cyrillic")
WESTERN = ("cp1252", "iso8859_15", "mac_roman", "cp437", "cp850")
SAMPLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ja": (
        ("cp932", "euc_jp", "iso2022_jp", "iso2022_jp_ext"),
        ("水筒を忘れた朝は、駅で買うしかない。", "今日は雨。", "ｶﾀｶﾅでﾒﾓを書く", "東京都千代田区丸の内", "引っ越し"),
    ),
    "ko": (
        ("cp949", "euc_kr", "johab", "iso2022_kr"),
        ("아침에 물병을 두고 나와서 역에서 샀다.", "네", "ㅋㅋㅋㅋ 진짜 웃기다", "김철수", "밥 먹었어?", "서울특별시 종로구"),
    ),
    "zh-Hans": (
        ("gb18030", "gb2312", "hz"),
        ("早上忘了带水壶，只好在车站买。", "好的", "哈哈哈哈", "王小明", "天空为什么是蓝色的？", "今天下雨"),
    ),
    "zh-Hant": (
        ("big5", "big5hkscs", "cp950", "gbk"),
        ("早上忘了帶水壺，只好在車站買。", "好的", "王小明", "天空為什麼是藍色的？", "臺北市中正區", "今天下雨"),
    ),
    "ru": ((*CYRILLIC, "koi8_r", "cp866"), ("Утром забыл флягу и купил воду.", "Да", "МОСКВА", "ёлка", "Почему небо голубое?")),
    "uk": ((*CYRILLIC, "koi8_u", "cp1125"), ("Уранці забув пляшку й купив воду.", "Так", "КИЇВ", "Чому небо блакитне?")),
    "el": (("cp1253", "iso8859_7", "cp737", "mac_greek"), ("Το πρωί ξέχασα το παγούρι.", "Ναι", "ΑΘΗΝΑ", "Σήμερα βρέχει.")),
    "he": (("cp1255", "iso8859_8", "cp862"), ("בבוקר שכחתי את הבקבוק.", "כן", "למה השמיים כחולים?", "היום יורד גשם")),
    "ar": (("cp1256", "iso8859_6", "cp720"), ("نسيت قارورة الماء صباحا.", "نعم", "لماذا السماء زرقاء؟", "اليوم ممطر")),
    "th": (("cp874", "tis_620"), ("เช้านี้ลืมกระติกน้ำเลยซื้อที่สถานี", "ใช่", "ทำไมท้องฟ้าสีฟ้า", "วันนี้ฝนตก")),
    "fr": (WESTERN, ("Où est passée ma gourde ?", "Déjà", "L'été à la forêt", "garçon")),
    "de": (WESTERN, ("Für den Garten möchte ich Bäume.", "für", "Schöne Grüße", "Straße")),
    "pl": (("cp1250", "iso8859_2", "cp852", "mac_latin2"), ("Zażółć gęślą jaźń", "Łódź", "Śliwa znów zakwitła.")),
    "vi": (("cp1258",), ("Sáng nay tôi quên bình nước.", "Vâng", "Tại sao bầu trời màu xanh?")),
    "tr": (("cp1254", "iso8859_9", "cp857", "mac_turkish"), ("Sabah matarayı unuttum.", "Evet, doğru söylüyorsun", "şöyle")),
}  # fmt: skip


def texts_of(sentences: tuple[str, ...]) -> list[str]:
    """Return files of a language: each sentence alone, all of them, a table, and a long one in ASCII with one late line."""
    table = "id,text\n" + "".join(f"{number},{text}\n" for number, text in enumerate(sentences))
    return [
        *(f"{text}\n" for text in sentences),
        "\n".join(sentences),
        table,
        "plain\n" * 300 + f"{sentences[0]}\n",
    ]


def told(data: bytes) -> list[str] | None:
    """Return the lines that are read, those that are rejected left out; None: the encoding is asked for."""
    stream = io.BytesIO(data)
    try:
        encoding = detect(stream)
    except EncodingUnclear:
        return None
    lines = Lines(stream, encoding)
    read: list[str] = []
    while True:
        try:
            line = next(lines)
        except StopIteration:
            return read
        except BadLine:
            continue
        if not encoding.is_broken(line):
            read.append(line)


@every("language", SAMPLES)
def test_no_text_is_read_as_another(language: str):
    codecs, sentences = SAMPLES[language]
    for codec in (*codecs, *WIDE):
        for text in texts_of(sentences):
            data = text.encode(codec, "ignore")
            meant = set(data.decode(codec).splitlines(keepends=True))

            assert set(told(data) or ()) <= meant, f"{text[:60]!r} in {codec}"


@every("codec", ["cp932", "euc_jp", "iso2022_jp_ext", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_japanese_is_recognised(codec: str):
    for text in texts_of(SAMPLES["ja"][1]):
        if codec == "utf-16-le" and "\n" not in text:
            continue

        assert told(text.encode(codec)) == text.splitlines(keepends=True), f"{text[:60]!r} in {codec}"


@every("language", SAMPLES)
@every("codec", ["utf-16-le", "utf-16-be", "utf-32-be"])
def test_every_language_is_recognised_in_units_of_two_and_four_bytes(language: str, codec: str):
    text = "\n".join(SAMPLES[language][1]) + "\n"

    assert told(text.encode(codec)) == text.splitlines(keepends=True)


@every(
    ("text", "codec", "reading"),
    [
        ("아침에 물병을 두고 나와서 역에서 샀다.\n", "euc_kr", "Korean in cp949"),
        ("早上忘了带水壶，只好在车站买。\n", "gb2312", "simplified Chinese in gb18030"),
        ("早上忘了帶水壺，只好在車站買。\n", "big5", "traditional Chinese in big5hkscs"),
        ("Утром забыл флягу и купил воду на вокзале.\n", "koi8_r", "Russian in koi8_r"),
        ("Für den Garten möchte ich Bäume pflanzen.\n", "cp1252", "a language of Latin letters in cp1252"),
    ],
)
def test_what_is_asked_names_the_readings_and_no_text(text: str, codec: str, reading: str):
    data = text.encode(codec)

    assert reading in map(str, likely(decodings([data])))
    with pytest.raises(EncodingUnclear, match=rf"may be .*{reading}.*--encoding") as asked:
        detect(io.BytesIO(data))
    assert text[:4] not in str(asked.value)
