"""A short log of WhatsApp as the phones of many languages and countries export it."""

from tane.importing.detection import detect_text
from tane.importing.records import ImportRecord, Omitted
from tests.tables import every
from tests.tane.importing.reading import read, read_rows

EVENING, NIGHT, MORNING = "2026-08-03T21:14", "2026-08-04T00:30", "2026-08-14T08:02"
# The same three times; blanks as the phones write them (U+00A0, U+202F).
HEADS = {
    "English, USA": ("8/3/26, 9:14\u202fPM - ", "8/4/26, 12:30\u202fAM - ", "8/14/26, 8:02\u202fAM - "),
    "English, USA, iOS": ("[8/3/26, 9:14:00\u202fPM] ", "[8/4/26, 12:30:00\u202fAM] ", "[8/14/26, 8:02:00\u202fAM] "),
    "English, Britain": ("03/08/2026, 21:14 - ", "04/08/2026, 00:30 - ", "14/08/2026, 08:02 - "),
    "English, Australia": ("3/8/26, 9:14 pm - ", "4/8/26, 12:30 am - ", "14/8/26, 8:02 am - "),
    "English, Canada": ("2026-08-03, 9:14\xa0p.m. - ", "2026-08-04, 12:30\xa0a.m. - ", "2026-08-14, 8:02\xa0a.m. - "),
    "English, South Africa": ("2026/08/03, 21:14 - ", "2026/08/04, 00:30 - ", "2026/08/14, 08:02 - "),
    "German": ("03.08.26, 21:14 - ", "04.08.26, 00:30 - ", "14.08.26, 08:02 - "),
    "German with words": ("03.08.26 um 21:14 Uhr - ", "04.08.26 um 00:30 Uhr - ", "14.08.26 um 08:02 Uhr - "),
    "French": ("03/08/2026 à 21:14 - ", "04/08/2026 à 00:30 - ", "14/08/2026 à 08:02 - "),
    "French, Canada": ("2026-08-03 21 h 14 - ", "2026-08-04 00 h 30 - ", "2026-08-14 08 h 02 - "),
    "Spanish": ("3/8/26, 21:14 - ", "4/8/26, 0:30 - ", "14/8/26, 8:02 - "),
    "Spanish, Mexico": ("3/8/2026, 9:14 p.\xa0m. - ", "4/8/2026, 12:30 a.\xa0m. - ", "14/8/2026, 8:02 a.\xa0m. - "),
    "Spanish by parts of the day": (
        "3/8/26, 9:14 de la noche - ", "4/8/26, 12:30 de la madrugada - ", "14/8/26, 8:02 de la mañana - ",
    ),
    "Portuguese": ("03/08/2026 às 21:14 - ", "04/08/2026 às 00:30 - ", "14/08/2026 às 08:02 - "),
    "Dutch": ("03-08-2026 21:14 - ", "04-08-2026 00:30 - ", "14-08-2026 08:02 - "),
    "Swedish": ("2026-08-03 kl. 21:14 - ", "2026-08-04 kl. 00:30 - ", "2026-08-14 kl. 08:02 - "),
    "Swedish, half days": ("2026-08-03 9:14 em - ", "2026-08-04 12:30 fm - ", "2026-08-14 8:02 fm - "),
    "Danish": ("03.08.2026 21.14 - ", "04.08.2026 00.30 - ", "14.08.2026 08.02 - "),
    "Finnish, iOS": ("[3.8.2026 klo 21.14.00] ", "[4.8.2026 klo 0.30.00] ", "[14.8.2026 klo 8.02.00] "),
    "Hungarian": ("2026. 08. 03., 21:14 - ", "2026. 08. 04., 0:30 - ", "2026. 08. 14., 8:02 - "),
    "Hungarian, half days": ("2026. 08. 03. du. 9:14 - ", "2026. 08. 04. de. 12:30 - ", "2026. 08. 14. de. 8:02 - "),
    "Slovak": ("3. 8. 2026 21:14 - ", "4. 8. 2026 0:30 - ", "14. 8. 2026 8:02 - "),
    "Serbian": ("3. 8. 2026. 21:14 - ", "4. 8. 2026. 00:30 - ", "14. 8. 2026. 08:02 - "),
    "Bulgarian": ("3.08.26\u202fг., 21:14\u202fч. - ", "4.08.26\u202fг., 0:30\u202fч. - ", "14.08.26\u202fг., 8:02\u202fч. - "),
    "Greek": ("3/8/26, 9:14\u202fμ.μ. - ", "4/8/26, 12:30\u202fπ.μ. - ", "14/8/26, 8:02\u202fπ.μ. - "),
    "Albanian": ("3.8.26, 9:14\u202fm.d. - ", "4.8.26, 12:30\u202fp.d. - ", "14.8.26, 8:02\u202fp.d. - "),
    "Turkish, half days": ("3.08.2026 ÖS 9:14 - ", "4.08.2026 ÖÖ 12:30 - ", "14.08.2026 ÖÖ 8:02 - "),
    "Arabic": (
        "٣\u200f/٨\u200f/٢٠٢٦، ٩:١٤ م - ", "٤\u200f/٨\u200f/٢٠٢٦، ١٢:٣٠ ص - ", "١٤\u200f/٨\u200f/٢٠٢٦، ٨:٠٢ ص - ",
    ),
    "Arabic, iOS": (
        "\u200f[3\u200f/8\u200f/2026, 9:14:00 م] ", "\u200f[4\u200f/8\u200f/2026, 12:30:00 ص] ", "\u200f[14\u200f/8\u200f/2026, 8:02:00 ص] ",
    ),
    "Persian": ("۲۰۲۶/۸/۳،\u200f ۲۱:۱۴ - ", "۲۰۲۶/۸/۴،\u200f ۰:۳۰ - ", "۲۰۲۶/۸/۱۴،\u200f ۸:۰۲ - "),
    "Persian calendar": ("۱۴۰۵/۵/۱۲،\u200f ۲۱:۱۴ - ", "۱۴۰۵/۵/۱۳،\u200f ۰:۳۰ - ", "۱۴۰۵/۵/۲۳،\u200f ۸:۰۲ - "),
    "Hebrew": ("3.8.2026, 21:14 - ", "4.8.2026, 0:30 - ", "14.8.2026, 8:02 - "),
    "Hindi": ("3/8/26, 9:14 pm - ", "4/8/26, 12:30 am - ", "14/8/26, 8:02 am - "),
    "Hindi, own digits": ("३/८/२६, ९:१४ अपराह्न - ", "४/८/२६, १२:३० पूर्वाह्न - ", "१४/८/२६, ८:०२ पूर्वाह्न - "),
    "Thai": ("3/8/2569 21:14 น. - ", "4/8/2569 00:30 น. - ", "14/8/2569 08:02 น. - "),
    "Thai, short years": ("3/8/69 21:14 - ", "4/8/69 00:30 - ", "14/8/69 08:02 - "),
    "Vietnamese, half days": ("3/8/26, 9:14 CH - ", "4/8/26, 12:30 SA - ", "14/8/26, 8:02 SA - "),
    "Indonesian": ("03/08/26 21.14 - ", "04/08/26 00.30 - ", "14/08/26 08.02 - "),
    "Malay": ("3/08/26, 9:14\u202fPTG - ", "4/08/26, 12:30\u202fPG - ", "14/08/26, 8:02\u202fPG - "),
    "Japanese": ("2026/08/03 21:14 - ", "2026/08/04 0:30 - ", "2026/08/14 8:02 - "),
    "Japanese by era, iOS": ("[R8/08/03 午後9:14:00] ", "[R8/08/04 午前0:30:00] ", "[R8/08/14 午前8:02:00] "),
    "Korean": ("2026. 8. 3. 오후 9:14 - ", "2026. 8. 4. 오전 12:30 - ", "2026. 8. 14. 오전 8:02 - "),
    "Korean, short years": ("26. 8. 13. 오후 9:14 - ", "26. 8. 14. 오전 12:30 - ", "26. 8. 24. 오전 8:02 - "),
    "Chinese": ("2026/8/3 下午9:14 - ", "2026/8/4 上午12:30 - ", "2026/8/14 上午8:02 - "),
    "Chinese, Taiwan": ("2026/8/3 晚上9:14 - ", "2026/8/4 凌晨12:30 - ", "2026/8/14 早上8:02 - "),
    "Chinese, Taiwan, own years": ("115/8/3 下午9:14 - ", "115/8/4 上午12:30 - ", "115/8/14 上午8:02 - "),
    "Chinese, Hong Kong": ("3/8/2026 下午9:14 - ", "4/8/2026 上午12:30 - ", "14/8/2026 上午8:02 - "),
    "Amharic": ("03/08/2026 9:14 ከሰዓት - ", "04/08/2026 12:30 ጥዋት - ", "14/08/2026 8:02 ጥዋት - "),
}  # fmt: skip
LATER = {"Korean, short years": ("2026-08-13T21:14", "2026-08-14T00:30", "2026-08-24T08:02")}


def log(language: str) -> str:
    evening, night, morning = HEADS[language]
    return (
        f"{evening}\u200eThe messages of this chat are encrypted.\n{evening}Ana: First line: with a colon\nsecond line\n"
        f"{night}Bo Li: short\n{morning}Bo Li: \u200e<Media omitted>\n{morning}Ana: - at last -\n"
    )


@every("language", HEADS)
def test_a_log_of_each_language_is_read(language: str):
    rows = read(log(language).encode(), "whatsapp")
    omitted = [row for row in read_rows(log(language).encode(), "whatsapp") if isinstance(row, Omitted)]

    assert detect_text(log(language)) == "whatsapp"
    assert [(row.speaker, row.text) for row in rows if isinstance(row, ImportRecord)] == [
        ("Ana", "First line: with a colon\nsecond line"),
        ("Bo Li", "short"),
        ("Ana", "- at last -"),
    ]
    expected = [f"{time}:00+00:00" for time in LATER.get(language, (EVENING, NIGHT, MORNING))]
    assert [
        str(row.uttered_at).replace(" ", "T") for row in rows if isinstance(row, ImportRecord)
    ] == expected
    assert [(row.line, row.kind) for row in omitted] == [(1, "system_note"), (5, "attachment")]


@every(
    "head",
    ["1/2/26, 9:14 PM - ", "1/2/26, 9:14 xyz - ", "3/8/2026, 9:14 xyz - ", "٢٠\u200f/٢\u200f/١٤٤٨ ٩:١٤ م - "],
    ids=["open order", "both open", "an unknown word", "a calendar by the moon"],
)
def test_a_time_that_stays_open_is_none_and_its_words_are_kept(head: str):
    (row,) = read(f"{head}Ana: hello\n".encode(), "whatsapp")

    assert isinstance(row, ImportRecord)
    assert (row.text, row.uttered_at, row.is_time_unreadable) == ("hello", None, True)


def test_an_unknown_word_beside_clocks_that_count_to_24_is_no_half_of_the_day():
    rows = read(b"3.8.26 xyz 9:14 - Ana: a\n3.8.26 xyz 21:14 - Ana: b\n", "whatsapp")

    assert [row.uttered_at and row.uttered_at.hour for row in rows if isinstance(row, ImportRecord)] == [
        9,
        21,
    ]
