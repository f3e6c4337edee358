from tane.recap.cleaning import BodyFormat, clean_body, drop_reason, language_of, tidy, title_of_html
from tests.tables import every

MENU = "".join(f'<li><a href="/{place}">Section number {place}</a></li>' for place in range(30))
STORY = "".join(
    f"<p>On day {day} the new bridge over the river carried {day * 40} people to the market.</p>"
    for day in range(1, 20)
)
PAGE = (
    f"<html><head><title>The bridge &amp; the town</title><script>var menu = 1;</script></head><body><nav><ul>{MENU}</ul></nav>"
    f"<article><h1>The bridge</h1>{STORY}</article><footer>Imprint and terms of use</footer></body></html>"
)


def test_of_a_page_the_article_is_left_without_menu_footer_and_script():
    cleaned = clean_body(PAGE, "html")

    assert "On day 19 the new bridge" in cleaned.text
    assert not any(word in cleaned.text for word in ("Section number", "var menu", "Imprint", "<"))
    assert cleaned.lang == "en"
    assert title_of_html(PAGE) == "The bridge & the town"


@every(
    ("markup", "text"),
    [
        (
            "<p>橋が先週開通した。町の人が集まった。</p><p>市長は「待っていた」と話した。</p>",
            "橋が先週開通した。町の人が集まった。\n市長は「待っていた」と話した。",
        ),
        ("<p>Tea &amp; bread at 7&nbsp;o&#8217;clock</p>", "Tea & bread at 7 o’clock"),
        ("Words without any markup", "Words without any markup"),
        (
            "<div>First line<br>second line</div><style>p {color: red}</style>",
            "First line\nsecond line",
        ),
        ("<p>Broken &nosuch; and &#99999999; entities <b>go on", "Broken &nosuch; and � entities go on"),
        (f"<html><body><nav><ul>{MENU}</ul></nav></body></html>", ""),
        (f"<html><body><div><ul>{MENU}</ul></div></body></html>", ""),
        ('<a href="/x">Only a link</a>', ""),
        ("<script>var words = 'of nobody';</script>", ""),
        ("", ""),
    ],
)
def test_a_fragment_of_a_feed_becomes_its_words(markup: str, text: str):
    assert clean_body(markup, "html").text == text


def test_markdown_loses_its_marks_and_what_stands_before_it():
    source = "---\ntitle: Tea\ntags: [a]\n---\n# Tea\n\nSome *green* tea from [Uji](https://uji.example/).\n\n- one\n- two\n"

    assert clean_body(source, "markdown").text == "Tea\n\nSome green tea from Uji.\n\none\n\ntwo"


@every(
    ("body", "body_format", "least"),
    [
        ("<div>" * 50_000 + "words in the deep " * 10 + "</div>" * 50_000, "html", 100),
        ("<b>" * 30_000 + "words in the deep " * 10, "html", 100),
        ("<ul><li>" * 20_000 + "words in the deep", "html", 10),
        ("<p>some words of it" + "<br>" * 50_000, "html", 10),
        ("<p>" + "word " * 200_000, "html", 900_000),
        ("<" * 200_000, "html", 0),
        ("<a" * 100_000, "html", 0),
        ("&amp" * 50_000, "html", 0),
        ("<script>" * 30_000 + "words", "html", 0),
        ("<p " + "a=b " * 50_000 + ">words", "html", 5),
        ("<table>" * 3_000 + "<tr><td>x" * 3_000, "html", 0),
        ("<p>surrogates \ud800 and \x00 nothing else</p>", "html", 20),
        ("[" * 50_000, "markdown", 0),
        ("![a](" * 8_000, "markdown", 0),
        ("> " * 20_000 + "x", "markdown", 0),
        ("---\n" * 20_000, "markdown", 0),
    ],
)
def test_no_markup_takes_more_than_linear_time_or_the_stack(body: str, body_format: BodyFormat, least: int):
    text = clean_body(body, body_format).text

    assert least <= len(text) <= len(body) + len(body) // 1000
    assert "\x00" not in text
    text.encode()


def test_a_page_of_a_megabyte_keeps_all_its_paragraphs():
    paragraphs = [
        f"Paragraph {number} tells what happened in the town on that day." for number in range(15_500)
    ]
    body = (
        "<html><body><article>" + "".join(f"<p>{one}</p>" for one in paragraphs) + "</article></body></html>"
    )

    text = clean_body(body, "html").text

    assert len(body) > 1_000_000
    assert [line for line in text.splitlines() if line] == paragraphs


def test_text_is_composed_and_loses_what_nobody_sees():
    assert (
        tidy("cafe\u0301 \u200b\x07\u202eau\u00adtumn\r\n\r\n\r\n\r\nlait  👨\u200d👩\u200d👧")
        == "café autumn\n\nlait 👨\u200d👩\u200d👧"
    )


@every(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("😀😀😀", "not_text"),
        ("----- ===== ***** x", "not_text"),
        ("Too short", "too_short"),
        ("短い", "too_short"),
        ("短い。", None),
        ("7 o'clock", None),
        ("橋が先週ついに開通した", None),
        ("The bridge has opened at last", None),
    ],
)
def test_what_says_too_little_is_dropped_with_a_reason(text: str, reason: str | None):
    assert drop_reason(text) == reason


@every(
    ("text", "hint", "lang"),
    [
        ("橋が先週開通した。", None, "ja"),
        ("OpenAIのChatGPTを使ってREADMEを書いた", None, "ja"),
        ("The word 橋 means bridge in Japanese, as every student learns", None, "en"),
        ("東京都知事選挙", None, "zh"),
        ("東京都知事選挙", "ja-JP", "ja"),
        ("桥梁上周开通了,镇上的人都来了", "en", "zh"),
        ("다리가 지난주에 개통되었다", None, "ko"),
        ("สะพานเปิดเมื่อสัปดาห์ที่แล้ว", None, "th"),
        ("Мост открылся на прошлой неделе, собрался весь город", None, "ru"),
        ("The new bridge over the river was opened by the mayor last week", None, "en"),
        ("Le nouveau pont sur la rivière a été inauguré la semaine dernière", None, "fr"),
        ("Die neue Brücke über den Fluss wurde in der letzten Woche eröffnet", None, "de"),
        ("Die neue Brücke über den Fluss", "de-AT", "de"),
        ("Brücke", None, "und"),
        ("12345 😀", "en", "und"),
        ("", None, "und"),
    ],
)
def test_the_script_tells_the_language_and_the_publisher_what_the_script_leaves_open(
    text: str, hint: str | None, lang: str
):
    assert language_of(text, hint=hint) == lang
