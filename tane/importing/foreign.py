"""Names the export of a program that Tane does not read yet, so that it is refused by name and never read as something else."""

import re
from collections.abc import Collection, Mapping, Sequence

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
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?"
_BY_LINE = {
    "KakaoTalk": re.compile(
        rf"\[[^\[\]]{{1,60}}\] \[(?:[^\W\d]{{1,4}}\s)?{_CLOCK}(?:\s[^\W\d]{{1,4}})?\](?:\s.*)?"
        rf"|\d{{4}}(?:년|\.) \d{{1,2}}(?:월|\.) \d{{1,2}}(?:일|\.) 오[전후] {_CLOCK}, .{{1,60}}? : .*"
        r"|.{1,80}(?:님과|와|과|의)? ?카카오톡 대화|KakaoTalk Chats with .{1,80}|.{1,80}とのカカオトーク.{0,12}"
    ),
    "Telegram": re.compile(rf"[^\n]{{1,60}}, \[[^\[\]]{{6,24}}\b{_CLOCK}(?:\s[AP]M)?\]:?"),
}
_FIRST_LINES = 20  # a later line of this form may be quoted by prose
_MEMBERS = {name: re.compile(rf"(?:.*/)?(?:{form})", re.IGNORECASE) for name, form in _BY_MEMBER.items()}


def program_of(keys: Collection[str], head: str) -> str | None:
    """Return whose export has these keys, wherever they stand in it, and begins so; or None."""
    if told := next((name for name, form in _BY_VALUES.items() if form.search(head)), None):
        return told
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
