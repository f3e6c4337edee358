"""Tells by its name what a column holds, and makes a record of one row."""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields as fields_of
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from tane.importing.records import MAX_CHARS, Columns, ImportProblem, ImportRecord, Reject, clean, has_text
from tane.importing.times import date_in, in_utc, read_clock, read_time

_ACCENTS = (
    "\u0300",
    "\u036f",
)  # of Latin, Greek and Cyrillic letters; the marks of other scripts are letters


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """Return a name as it is compared: `Comment-Body`, `comment_body` and `ＣｏｍｍｅｎｔＢｏｄｙ` are one."""
    split = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(char for char in split if not _ACCENTS[0] <= char <= _ACCENTS[1])
    whole = unicodedata.normalize("NFKC", bare).casefold()
    return "".join(char for char in whole if unicodedata.category(char)[0] in "LNM")


# The first name of a row that a file has wins. Names of programs: kouchou-ai and Polis (comment-id, comment-body,
# author-id), YouTube (textOriginal, authorDisplayName, publishedAt), X (full_text), Reddit (selftext, created_utc),
# Meta (sender_name, timestamp_ms), transcripts (transcript, speaker_label).
_NAMES: Mapping[str, str] = {
    "text": """
        text contents content message body utterance comment
        本文 発言 発話 内容 発言内容 発話内容 テキスト メッセージ コメント 投稿
        commentbody commenttext commentcontent messagebody messagetext messagecontent posttext postbody textoriginal fulltext
        textdisplay selftext tweet tweettext transcript transcription feedback review statement opinion remark
        コメント本文 コメント内容 投稿内容 投稿本文 メッセージ本文 意見 ご意見 意見内容 自由記述 自由回答 感想 原文 文面 文章 セリフ 台詞
        nachricht nachrichtentext inhalt kommentar kommentartext beitrag ausserung aussage wortlaut meinung
        texte contenu commentaire propos corps contribution avis
        texto mensaje contenido comentario cuerpo opinion mensagem conteudo corpo opiniao
        testo messaggio contenuto commento opinione
        tekst bericht inhoud reactie opmerking wiadomosc tresc komentarz zprava komentar meddelande kommentti viesti besked melding
        текст сообщение комментарий содержание содержимое высказывание повідомлення коментар
        metin mesaj icerik yorum tinnhan noidung binhluan vanban pesan isi komentar teks
        文本 正文 消息 消息内容 留言 留言内容 评论 评论内容 发言 发言内容 言论 意见 文字 文字内容
        訊息 訊息內容 內容 留言內容 評論 評論內容 發言 發言內容 意見內容
        텍스트 본문 내용 메시지 메세지 발언 발화 발언내용 대화내용 메시지내용 댓글 댓글내용 코멘트 의견
        ข้อความ เนื้อหา ความคิดเห็น نص الرسالة رسالة التعليق संदेश टिप्पणी
    """,
    "speaker": """
        speaker speakername author authorname role sender user username from
        話者 発言者 発話者 送信者 投稿者 役割
        authorid authordisplayname sendername speakerid speakerlabel userid userhandle screenname displayname nickname handle
        participant commenter poster createdby postedby sentby name
        話者名 発言者名 投稿者名 送信者名 ユーザー ユーザ ユーザー名 ユーザ名 名前 氏名 ニックネーム 差出人 著者 作者 記入者 回答者
        sprecher sprecherin autor autorin verfasser verfasserin absender absenderin benutzer benutzername nutzer nutzername rolle
        auteur auteure autrice locuteur locutrice expediteur expeditrice utilisateur utilisatrice nomdutilisateur nom pseudo
        autora hablante remitente usuario nombre falante remetente utilizador nome
        autore autrice parlante mittente utente
        spreker afzender gebruiker naam nadawca uzytkownik odesilatel uzivatel avsandare anvandare lahettaja afsender avsender
        автор отправитель пользователь говорящий спикер имя відправник користувач
        gonderen kullanici yazar nguoigui tacgia pengirim penulis
        发言人 发言者 说话人 作者 用户 用户名 昵称 发送者 发送人 发件人 角色 姓名 评论者
        發言人 發言者 說話人 使用者 用戶 用戶名 暱稱 傳送者 發送者 發送人 寄件人
        화자 발화자 발언자 작성자 글쓴이 보낸사람 발신자 사용자 사용자이름 닉네임 이름 역할
        ผู้ส่ง ผู้เขียน ชื่อ المرسل الكاتب प्रेषक लेखक
    """,
    "conversation": """
        conversation conversationid thread threadid session sessionid dialogue dialogueid dialog dialogid chat chatid channel room
        会話 会話id 対話 対話id スレッド スレッドid セッション チャンネル ルーム
        conversationname chatname chatsession channelid channelname roomid roomname topicid threadname videoid
        会話名 スレッド名 セッションid チャンネル名 ルーム名 トークルーム
        gesprach gesprachsid unterhaltung konversation sitzung kanal raum
        conversationidentifiant discussion fildediscussion seance salon canal
        conversacion hilo sesion sala conversa conversazione discussione canale gesprek kanaal rozmowa samtal
        разговор беседа диалог чат канал розмова
        会话 会话id 对话 对话id 聊天 群聊 频道 房间 會話 對話 聊天室 頻道 房間
        대화 대화id 대화방 채팅 채팅방 채널 세션 스레드
    """,
    "time": """
        time timestamp utteredat datetime createdat createtime sentat date ts
        日時 発言日時 発話日時 送信日時 投稿日時 作成日時 時刻 日付
        timestampms created createdutc createddate creationdate creationtime publishedat publishdate postedat postdate sentdate
        senton senttime submittedat submissiondate messagetime messagedate when
        タイムスタンプ 回答日時 登録日時 更新日時 日にち 年月日
        zeit zeitpunkt zeitstempel datum datumuhrzeit uhrzeit gesendetam erstelltam erstellt veroffentlichtam
        horodatage dateheure dateetheure heure envoyele creele publiele datedecreation datedenvoi
        fecha fechahora fechayhora hora marcadetiempo enviado fechadecreacion datahora dataehora dataeora ora orario
        tijd tijdstip tijdstempel datumentijd czas dataigodzina cas tidpunkt aika tidspunkt
        время дата датаивремя час
        tarih zaman thoigian ngay waktu tanggal
        时间 日期 日期时间 时间戳 发送时间 发言时间 发布时间 创建时间 评论时间 時間 日期時間 時間戳 發送時間 傳送時間 發言時間 發佈時間 建立時間
        시간 시각 일시 날짜 작성일 작성일시 작성시간 등록일 등록일시 보낸시간 발언시각 타임스탬프
        เวลา วันที่ الوقت التاريخ समय दिनांक
    """,
    "id": """
        id externalid utteranceid messageid msgid uuid
        発言id 発話id メッセージid
        commentid postid tweetid idstr entryid recordid responseid statementid guid
        コメントid 投稿id 回答id
        nachrichtenid nachrichtid kommentarid kennung beitragsid identifiant idmessage idcommentaire idmensaje idcomentario
        identificador identificativo idmensagem idmessaggio berichtid идентификатор
        消息id 评论id 留言id 訊息id 評論id 메시지id 댓글id 식별자
    """,
}  # fmt: skip
NAMES: Mapping[str, tuple[str, ...]] = {
    part: tuple(dict.fromkeys(map(folded, names.split()))) for part, names in _NAMES.items()
}


LISTED = 30  # columns in a message


def resolve(asked: Columns, present: Iterable[str]) -> Columns:
    """Return the actual column for each part of a record: the one asked for, else the first known name."""
    exact = dict.fromkeys(present)
    plain: dict[str, str] = {}
    for name in exact:
        plain.setdefault(folded(name), name)
    found: dict[str, str | None] = {}
    for part, known in NAMES.items():
        name = getattr(asked, part)
        if name is not None:
            found[part] = name if name in exact else plain.get(folded(name))
            continue
        taken = {other for other in found.values() if other}
        candidates = (plain[candidate] for candidate in known if candidate in plain)
        found[part] = next((candidate for candidate in candidates if candidate not in taken), None)
    return Columns(**found)


def require(asked: Columns, present: Sequence[str], *, are_names: bool = True) -> Columns:
    """Resolve the columns of a file whose columns are these; a first row may be words of a file without names.

    Raises:
        ImportProblem: the text's column cannot be told, or one that was asked for is not there.
    """
    resolved = resolve(asked, present)
    if are_names:
        more = f" and {len(present) - LISTED:,} more" if len(present) > LISTED else ""
        listed = f"the columns are: {', '.join(present[:LISTED]) or 'none'}{more}"
    else:
        listed = _known(present)
    for part in (field.name for field in fields_of(Columns)):
        name = getattr(asked, part)
        if name is not None and getattr(resolved, part) is None:
            raise ImportProblem(f"there is no column {name!r} for --{part}; {listed}")
    if resolved.text is None:
        raise ImportProblem(f"which column holds the text? Name it with --text; {listed}")
    return resolved


def _known(present: Sequence[str]) -> str:
    """Return how many columns there are, and those names that are known: the others may be words of a file without names."""
    known = [name for name in present if any(folded(name) in names for names in NAMES.values())][:LISTED]
    counted = "1 column" if len(present) == 1 else f"{len(present):,} columns"
    if not known:
        return f"there are {counted}, and the first row has none of the names that are known (text, content, message, 本文 ...)"
    return f"there are {counted}; known names of the first row: {', '.join(known)}"


def record_of(row: Mapping[str, Any], columns: Columns, *, line: int, zone: tzinfo) -> ImportRecord | Reject:
    """Make a record of one row; what no part claims becomes metadata."""
    try:
        cleaned: Mapping[str, Any] = clean(dict(row))
    except ValueError as error:
        return Reject(line=line, reason=str(error))
    is_cleaned = any(one is not other for one, other in zip(cleaned.values(), row.values(), strict=False))
    text = cleaned.get(columns.text or "")
    if text is not None and not isinstance(text, str):
        return Reject(line=line, reason="the text is not a string")
    if text is None or not has_text(text):
        return Reject(line=line, reason="no text")
    if len(text) > MAX_CHARS:
        return Reject(line=line, reason=f"text longer than {MAX_CHARS:,} characters")
    parts = {getattr(columns, field.name) for field in fields_of(Columns)}
    written_time = _with_date(_name(cleaned.get(columns.time or "")), cleaned, columns)
    time = read_time(written_time)
    uttered_at = in_utc(time, zone=zone)
    return ImportRecord(
        line=line,
        text=text,
        speaker=_name(cleaned.get(columns.speaker or "")),
        conversation=_name(cleaned.get(columns.conversation or "")),
        uttered_at=uttered_at,
        written_time=written_time,
        external_id=_name(cleaned.get(columns.id or "")),
        metadata={key: value for key, value in cleaned.items() if key not in parts},
        is_cleaned=is_cleaned,
        is_time_unreadable=uttered_at is None and written_time is not None,
        has_local_time=time is None or time.tzinfo is None,
    )


def _with_date(written: str | None, row: Mapping[str, Any], columns: Columns) -> str | None:
    """Return a time with its date, if that stands in a column of its own."""
    if written is None or read_clock(written) is None:
        return written
    others = (_name(row[name]) for name in row if name != columns.time and folded(name) in NAMES["time"])
    dates = (other for other in others if other and read_clock(other) is None)
    return next((f"{date} {written}" for date in dates if read_time(date) or date_in(date)), written)


def _name(value: Any) -> str | None:
    """Return a name, an id or a time as text; a blank one is none."""
    if value is None or isinstance(value, str):
        return (value or "").strip() or None
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
