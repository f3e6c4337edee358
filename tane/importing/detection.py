"""Tells by its beginning what a text or JSON file holds."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from tane.importing.chat_times import MARKS, NUMBERS, ORDERS, written_date
from tane.importing.chronology import weekday_of
from tane.importing.line_syntax import day_of, is_message, is_title, message_of
from tane.importing.records import ImportProblem
from tane.importing.whatsapp import is_said
from tane.importing.whatsapp_headers import Head, head_of

READ_SO_FAR = "it reads the exports of ChatGPT, Claude, DeepSeek, WhatsApp and LINE, tables and plain text"

# All keys of one of the sets stand in the export; the first program that fits is named.
_BY_KEYS: Mapping[str, Sequence[frozenset[str]]] = {
    name: [frozenset(keys.split()) for keys in sets]
    for name, sets in {
        "Telegram": ["text_entities date_unixtime", "from_id text_entities", "personal_information left_chats"],
        "DiscordChatExporter": ["guild channel messages", "isBot discriminator messages", "authorId messageCount"],
        "Google Takeout": ["header products titleUrl", "header products time title"],
        "Grok": ["conversations responses response sender", "grok_mode", "prod_grok"],
        "Open WebUI": ["chat history messages currentId", "chat history user_id", "childrenIds parentId models"],
        "LibreChat": ["isCreatedByUser", "conversationId parentMessageId messages"],
        "Slack": ["type user ts client_msg_id", "user_profile ts text"],
        "Signal": ["sent_at received_at conversationId", "chatItem", "sourceServiceId", "sourceUuid sent_at"],
        "iMessage": ["is_from_me handle_id", "is_from_me chat_identifier", "is_from_me guid", "isFromMe guid"],
        "Facebook Messenger or Instagram": [
            "participants sender_name timestamp_ms", "participants messages senderName timestamp", "sender_name timestamp_ms",
        ],
        "Google Chat": ["messages creator created_date", "messages topic_id created_date"],
        "Hangouts": ["conversation_state event", "events conversation_id participant_data"],
        "Skype": ["MessageList", "conversations exportDate userId"],
        "Microsoft Teams": ["messageType createdDateTime from"],
        "Matrix": ["origin_server_ts sender", "room_id origin_server_ts"],
        "Mistral's Le Chat": ["chatId contentChunks", "chatId role content createdAt"],
        "Claude Code": ["parentUuid sessionId", "isSidechain message"],
        "Perplexity": ["query_str answer", "thread_url_slug"],
        "Character.AI": ["character_id turns", "primary_candidate_id"],
        "TypingMind": ["chatID messages modelInfo"],
    }.items()
}  # fmt: skip
# Told by values, before the keys are looked at.
_BY_VALUES = {
    "Slack": re.compile(r'"ts"\s*:\s*"\d{9,11}\.\d{6}"'),
    "Gemini (Google Takeout)": re.compile(r'"header"\s*:\s*"(?:Gemini|Bard)'),
}
# Names of members of a zip file, whole or to the end.
_BY_MEMBER = {
    "Slack": r"(?:channels|dms|groups|mpims|integration_logs)\.json|[^/]+/\d{4}-\d\d-\d\d\.json",
    "Telegram": r"result\.json|messages\d*\.html",
    "Grok": r"prod-grok-backend\.json",
    "Discord": r"messages/index\.json|messages/c?\d+/(?:messages|channel)\.(?:json|csv)|servers/index\.json",
    "Gemini (Google Takeout)": r"(?:gemini apps|gemini|bard)/.*",
    "Google Chat": r"google chat/.*",
    "Google Takeout": r"takeout/.*|my ?activity\.(?:json|html)",
    "Facebook Messenger or Instagram": r"(?:messages|inbox|e2ee_cutover)/.*message_\d+\.(?:json|html)",
    "X (Twitter)": r"data/(?:direct-messages.*|tweets?|tweet-headers)\.js",
    "Signal": r"signal.*\.(?:backup|jsonl)|main\.jsonl",
    "Skype": r"endpoints\.json|skype.*\.json",
    "Mistral's Le Chat": r"chat-[0-9a-f-]{8,}\.json",
}
# Lines of a log that was copied or saved as text: `[name] [오후 3:05] words`, `2024년 5월 1일 오후 3:05, name : words`.
_CLOCK_OF_OTHERS = r"\d{1,2}:\d{2}(?::\d{2})?"
_BY_LINE = {
    "KakaoTalk": re.compile(
        rf"\[[^\[\]]{{1,60}}\] \[(?:[^\W\d]{{1,4}}\s)?{_CLOCK_OF_OTHERS}(?:\s[^\W\d]{{1,4}})?\](?:\s.*)?"
        rf"|\d{{4}}(?:년|\.) \d{{1,2}}(?:월|\.) \d{{1,2}}(?:일|\.) 오[전후] {_CLOCK_OF_OTHERS}, .{{1,60}}? : .*"
        r"|.{1,80}(?:님과|와|과|의)? ?카카오톡 대화|KakaoTalk Chats with .{1,80}|.{1,80}とのカカオトーク.{0,12}"
    ),
    "Telegram": re.compile(rf"[^\n]{{1,60}}, \[[^\[\]]{{6,24}}\b{_CLOCK_OF_OTHERS}(?:\s[AP]M)?\]:?"),
}
_FIRST_LINES = 20  # a later line of this form may be quoted by prose
_MEMBERS = {name: re.compile(rf"(?:.*/)?(?:{form})", re.IGNORECASE) for name, form in _BY_MEMBER.items()}


def program_of(keys: Collection[str], head: str) -> str | None:
    """Return whose export has these keys, wherever they stand in it, and begins so; or None."""
    if found := next((name for name, form in _BY_VALUES.items() if form.search(head)), None):
        return found
    present = frozenset(keys)
    return next((name for name, sets in _BY_KEYS.items() if any(one <= present for one in sets)), None)


def program_of_members(names: Sequence[str]) -> str | None:
    """Return whose export a zip file with these members is, or None."""
    return next((name for name, form in _MEMBERS.items() if any(map(form.fullmatch, names))), None)


def program_of_lines(lines: Sequence[str]) -> str | None:
    """Return whose log a text with these lines is, or None."""
    first = [line.strip("\ufeff\u200e ") for line in lines[:_FIRST_LINES]]
    return next((name for name, form in _BY_LINE.items() if any(map(form.fullmatch, first))), None)


def refusal(program: str) -> str:
    """Return why an export of this program cannot be imported."""
    return f"this is the export of {program}; Tane does not read it yet ({READ_SO_FAR})"


HEAD_BYTES = 1024 * 1024
_LOOKED_AT_LINES = 20
_COUNTED_LINES = 2000
_TOKEN = re.compile(
    r'"(?P<text>[^"\\]*+(?:\\.[^"\\]*+)*+)(?:"(?:\s*:\s*(?=(?P<begins>.)))?|\\?\Z)|[{}\[\]]', re.DOTALL
)
_DEEPSEEK = {(1, "inserted_at"), (4, "fragments")}  # beside the `mapping` that ChatGPT's trees have, too
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?![\d:])"
_PART = r"(?:[^\W\d]{1,4}\s?)?"  # of the day, before a clock
# A date of three numbers, or of a month's name; a clock; in brackets or not. Words follow on the same line.
_STAMPED = re.compile(
    rf"""[\s{MARKS}]{{0,8}}
    (?: (?P<bracket>[\[(【<])?[\s{MARKS}]{{0,8}}
        (?: {NUMBERS}(?!\d) | \d{{1,2}}[.\s\-]{{1,2}}[^\W\d]{{3,9}}\.?[,\s\-]{{1,2}}\d{{2,4}} | [^\W\d]{{3,9}}\.?\s\d{{1,2}},?\s\d{{4}}
          | {_PART}{_CLOCK} )
      | \[[^\[\]]{{1,60}}\]\s?\[{_PART}{_CLOCK}[^\[\]]{{0,8}}\] )
    (?P<rest>.*)""",
    re.VERBOSE,
)
# A short name, then a date with its clock or a clock in brackets, and nothing else.
_NAME_AND_TIME = re.compile(
    rf"(?=[^\W\d])(?P<name>\S.{{0,60}}?),?\s(?:[-–—]\s)?(?:\[{_PART}{_CLOCK}(?:\s?[AaPp]\.?[Mm]\.?)?\]"
    rf"|[\[(]?{NUMBERS}(?!\d).{{1,6}}{_CLOCK}(?:\s?[AaPp]\.?[Mm]\.?)?[\])]?):?\s*"
)
_TIMED = re.compile(_CLOCK)
_A_WORD = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_HEADED = 5  # one in so many lines of an unknown log begins with day and clock, the others go on with words
_FEWEST = 2


def detect_json(head: str) -> str | None:
    """Return whose list of conversations begins so: the files of several programs have the same name.

    Raises:
        ImportProblem: it is the export of a program that Tane does not read.
    """
    keys: set[tuple[int, str]] = set()
    found = None
    for depth, key, begins in _keys(head):
        keys.add((depth, key))
        if depth == 1 and found is None:
            found = {("mapping", "{"): "chatgpt", ("chat_messages", "["): "claude"}.get((key, begins))
        if found == "claude":
            return found
    if found is not None:
        return "deepseek" if keys & _DEEPSEEK else found
    if program := program_of({key for _, key in keys}, head):
        raise ImportProblem(refusal(program))
    return None


def _keys(head: str) -> Iterator[tuple[int, str, str]]:
    """Yield the keys with which a JSON text begins: how many objects hold each, its name, and how its value begins."""
    depth = 0
    for token in _TOKEN.finditer(head):
        mark = token[0][0]
        if mark != '"':
            depth += (mark == "{") - (mark == "}")
        elif token["begins"]:
            yield depth, token["text"], token["begins"]


def detect_text(head: str) -> str:
    """Return the chat log that begins so; anything else is plain text.

    Raises:
        ImportProblem: it is a log of times that no reader knows, not prose.
    """
    found = detect_log(head)
    lines = [] if found else _lines(head, _COUNTED_LINES)
    if program := program_of_lines(lines):
        raise ImportProblem(f"{refusal(program)}; use --format text to take it as prose")
    if is_timed(lines) or _is_under_stamps(lines):
        raise ImportProblem(
            "most of its lines begin with a date or a clock or stand below one, as in the log of a chat or a program, but in no form that is "
            "known here: use --format whatsapp or --format line if it is one of theirs, --format text to take it as prose"
        )
    return found or "text"


def detect_log(head: str) -> str | None:
    """Return the chat log that begins so, or None."""
    lines = _lines(head, _COUNTED_LINES)
    if not lines:
        return None
    if is_title(lines[0]):
        return "line"
    heads = [head_of(line) for line in lines]
    if _is_whatsapp(heads):
        return "whatsapp"
    first = lines[:_LOOKED_AT_LINES]
    if any(day_of(day) and is_message(message) for day, message in pairwise(first)):
        return "line"
    return "line" if _is_line_of_the_pc(lines) else None


def is_timed(lines: Sequence[str]) -> bool:
    """Tell a log from prose: most of its lines begin with a date or a clock and go on with words.

    Lines that hold a date alone are the headings of a diary.
    """
    others = [line for line in lines if not _is_bare_time(line)]
    stamped = [found for line in others if (found := _stamp(line))]
    if len(stamped) * 2 > len(others):
        return True
    bracketed = sum(bool(found["bracket"]) and _TIMED.search(found[0][:60]) is not None for found in stamped)
    return bracketed >= _FEWEST and bracketed * _HEADED >= len(others)


def _is_under_stamps(lines: Sequence[str]) -> bool:
    """Tell a copied chat: again and again a name and a time, with the words on the lines below; several speak, one again."""
    names = Counter(
        found["name"]
        for line in lines
        if (found := _NAME_AND_TIME.fullmatch(line)) and not weekday_of(found["name"])
    )
    return len(names) >= _FEWEST and names.total() > len(names) and names.total() * _HEADED >= len(lines)


def _stamp(line: str) -> re.Match[str] | None:
    """Return the date or clock with which a line begins; 1.2.3 is none."""
    found = _STAMPED.fullmatch(line)
    if found is None or not found["first"]:
        return found
    day = written_date(found)
    return found if any(day.on(order) for order in ORDERS) else None


def _is_bare_time(line: str) -> bool:
    """Tell whether a line holds a date or a clock and nothing else but a weekday."""
    bare = line.strip("#*-=_> \t")
    found = _stamp(bare)
    return day_of(bare) is not None or (found is not None and not _A_WORD.search(found["rest"]))


def _lines(head: str, count: int) -> list[str]:
    return [line for line in head.lstrip("\ufeff").splitlines() if line.strip()][:count]


def _is_whatsapp(heads: Sequence[Head | None]) -> bool:
    """Tell a log of WhatsApp: its first line begins a message, or most do, and somebody says something."""
    first = heads[0]
    if first is None and sum(head is not None for head in heads) * 2 <= len(heads):
        return False
    return any(head is not None and is_said(head.rest) for head in heads)


def _is_line_of_the_pc(lines: Sequence[str]) -> bool:
    """Tell a log of LINE's PC program: under a day with its weekday, names that recur stand behind the clocks."""
    days = [day for line in lines if (day := day_of(line))]
    if not day_of(lines[0]) or not any(day.weekday is not None and day.has_dots for day in days):
        return False
    rests = [message.rest for line in lines if (message := message_of(line, by_tabs=False))]
    names = Counter(rest.partition(" ")[0] for rest in rests if " " in rest)
    recurring = sum(count for count in names.values() if count > 1)
    return bool(names) and recurring * 2 >= sum(names.values()) and len(rests) * 2 > len(lines) - len(days)
