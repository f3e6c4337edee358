"""What a person wrote in a message of WhatsApp, parted from what the program wrote."""

from tane.importing.records import OmittedKind
from tane.importing.whatsapp_notes import Content, Notes
from tests.tables import every

OWN = "\u200e"  # what iOS puts before its own words


def content(*lines: str, log: tuple[str, ...] = ()) -> Content:
    notes = Notes()
    for first in (*log, lines[0]):
        notes.note(first)
    return notes.content(lines[0], lines[1:])


class TestASentence:
    @every(
        "words",
        [
            "Let us meet at 18.30 (main entrance)",
            "I read about it on example.org (a good page)",
            "We are at 3.15 pm (as ever)",
            "see notes.txt (the second part)",
            "see notes.txt (page 2) please",
            "the song is on last.fm (not on spotify)",
            "a < b and b > c",
            "<3",
            "<3 <3",
            "<b>bold</b>",
            "<sigh>",
            "<me, laughing>",
            "<grumble grumble>",
            "he said <quote> and left",
            "I think this message was deleted",
            "This message was deleted by mistake, sorry",
            "who deleted this message?",
            "This message was deleted by admin because I was rude to him",
            "Du hast diese Nachricht gelöscht, oder?",
            "このメッセージは削除されましたか",
            "the image was omitted",
            "image omitted from the second print",
            "no video, no audio",
            "The document I wrote <draft>",
            "please read it <the second chapter>",
            "Location: the old mill",
            "call me",
            "https://maps.google.com is down",
            "写真なしで送って",
            # brackets at the end
            "I meant Tuesday [edit: Wednesday]",
            "Great picture [photo credit NASA]",
            "資料できました [編集は田中さん]",
            "발표 자료 [수정본]",
            "mon CV [modifié hier]",
            "see you [meditation at 9]",
            "paid with <the credit card>",
            "the plan [to be modified later]",
            "the plan [This message was edited]",
            "das Bild <bearbeitet von mir>",
            # nothing but angle brackets
            "<expedition to the pole>",
            "<what a media circus>",
            "<some verses omitted>",
            "<note: see plan.txt>",
            "<das Medienhaus brennt>",
            "<メディアの話>",
            # that something is not there
            "写真なし",
            "ファイルなし",
            "写真は含まれていません",
            "사진 제외",
            "foto de la tarjeta oculta",
            "видео отсутствует",
            # files and places
            "photo.jpg (my cat)",
            "song.mp3 (the live version)",
            "Treffpunkt: https://maps.google.com/?q=52.1,13.2",
            "https://maps.google.com/?q=52.1,13.2",
        ],
    )
    def test_that_looks_a_little_like_a_note_stays(self, words: str):
        assert content(words) == Content(words)

    @every("words", ["<rolls eyes>", "<笑>", "ok <edit: typo>", "ok <grins, shrugs>", "ok [edited by me]"])
    def test_may_be_repeated(self, words: str):
        assert content(words, log=(words,) * 5) == Content(words)

    def test_may_begin_with_a_mark_of_direction_on_android(self):
        notes = Notes(is_marked=False)

        assert notes.content(f"{OWN}שלום לכולם", []) == Content(f"{OWN}שלום לכולם")
        assert notes.content(f"{OWN}IMG-20260814-WA0001.jpg (xyz)", []) == Content("", "picture")

    def test_may_have_several_lines(self):
        assert content("hello", "", "you") == Content("hello\n\nyou")


class TestANote:
    @every(
        ("line", "kind"),
        [
            # Android without media, in a language each
            ("<Media omitted>", "attachment"),
            ("<Médias omis>", "attachment"),
            ("<Medien ausgeschlossen>", "attachment"),
            ("<Multimedia omitido>", "attachment"),
            ("<Archivo omitido>", "file"),
            ("<Mídia oculta>", "attachment"),
            ("<Media omessi>", "attachment"),
            ("<Media weggelaten>", "attachment"),
            ("<Media har utelämnats>", "attachment"),
            ("<Mediefil udeladt>", "attachment"),
            ("<Pominięto multimedia>", "attachment"),
            ("<Média vynechány>", "attachment"),
            ("<Hiányzó médiafájl>", "attachment"),
            ("<Без файл>", "attachment"),
            ("<Без медиафайлов>", "attachment"),
            ("<Медіа пропущено>", "attachment"),
            ("<Εξαίρεση πολυμέσων>", "attachment"),
            ("<Medya dahil edilmedi>", "attachment"),
            ("<تم استبعاد الوسائط>", "attachment"),
            ("<رسانه حذف شد>", "attachment"),
            ("<המדיה לא נכללה>", "attachment"),
            ("<मीडिया के बिना>", "attachment"),
            ("<ไม่รวมสื่อ>", "attachment"),
            ("<bỏ qua tệp phương tiện>", "attachment"),
            ("<Media tidak disertakan>", "attachment"),
            ("<メディアは含まれていません>", "attachment"),
            ("<忽略多媒體檔>", "attachment"),
            ("<省略多媒体文件>", "attachment"),
            ("<미디어 파일 제외됨>", "attachment"),
            ("<View once voice message omitted>", "attachment"),
            # iOS without media, with its mark and without
            (f"{OWN}image omitted", "picture"),
            (f"{OWN}afbeelding weggelaten", "picture"),
            (f"{OWN}何か知らない言葉", "system_note"),
            ("image omitted", "picture"),
            ("Bild weggelassen", "picture"),
            ("imagen omitida", "picture"),
            ("imagem ocultada", "picture"),
            ("immagine omessa", "picture"),
            ("image absente", "picture"),
            ("vídeo omitido", "video"),
            ("audio omis", "recording"),
            ("sticker weggelassen", "sticker"),
            ("documento omitido", "file"),
            ("Contact card omitted", "contact"),
            ("画像は含まれていません", "picture"),
            ("图片已忽略", "picture"),
            ("사진 생략됨", "picture"),
            # with media
            ("IMG-20260814-WA0001.jpg (file attached)", "picture"),
            ("VID-20260814-WA0001.mp4 (in keiner bekannten Sprache)", "video"),
            ("PTT-20260814-WA0002.opus (archivo adjunto)", "recording"),
            ("STK-20260814-WA0003.webp (fichier joint)", "sticker"),
            ("AUD-20260814-WA0004. (file attached)", "recording"),
            ("holiday.jpg (file attached)", "picture"),
            ("The plan for 2026.pdf (Datei angehängt)", "file"),
            ("Anna Maria.vcf (arquivo anexado)", "contact"),
            (f"{OWN}<attached: 00000012-PHOTO-2026-08-14-08-02-00.jpg>", "picture"),
            ("<adjunto: 00000013-AUDIO-2026-08-14-08-02-00.opus>", "recording"),
            (f"{OWN}<添付ファイル： 00000014-STICKER-2026-08-14-08-02-00.webp>", "sticker"),
            (f"The plan • {OWN}2 pages {OWN}<attached: 00000015-The plan.pdf>", "file"),
            (f"The plan • {OWN}1 page {OWN}document omitted", "file"),
            # deleted, in a language each
            ("This message was deleted", "deleted_message"),
            ("You deleted this message.", "deleted_message"),
            ("This message was deleted by admin Ann Lee.", "deleted_message"),
            (f"{OWN}This message was deleted.", "deleted_message"),
            ("Se eliminó este mensaje.", "deleted_message"),
            ("Eliminaste este mensaje.", "deleted_message"),
            ("Mensagem apagada", "deleted_message"),
            ("Ce message a été supprimé", "deleted_message"),
            ("Diese Nachricht wurde gelöscht.", "deleted_message"),
            ("Questo messaggio è stato eliminato", "deleted_message"),
            ("Dit bericht is verwijderd", "deleted_message"),
            ("Ta wiadomość została usunięta", "deleted_message"),
            ("Данное сообщение удалено", "deleted_message"),
            ("Bu mesaj silindi", "deleted_message"),
            ("تم حذف هذه الرسالة", "deleted_message"),
            ("הודעה זו נמחקה", "deleted_message"),
            ("यह मैसेज हटा दिया गया", "deleted_message"),
            ("Pesan ini telah dihapus", "deleted_message"),
            ("ข้อความนี้ถูกลบแล้ว", "deleted_message"),
            ("Tin nhắn này đã bị xóa", "deleted_message"),
            ("このメッセージは削除されました。", "deleted_message"),
            ("此訊息已刪除", "deleted_message"),
            ("您删除了这条消息", "deleted_message"),
            ("삭제된 메시지입니다.", "deleted_message"),
            # others
            ("location: https://maps.google.com/?q=52.52,13.405", "location"),
            (f"{OWN}Ubicación: https://maps.google.com/?q=19.4,-99.1", "location"),
            (f"{OWN}Missed voice call", "call"),
            ("Llamada de voz perdida", "call"),
            ("null", "attachment"),
            ("", "empty_message"),
        ],
    )
    def test_is_counted_by_its_kind(self, line: str, kind: OmittedKind):
        assert content(line) == Content("", kind)

    def test_of_a_language_that_nobody_knows_is_told_by_being_repeated(self):
        assert content("<ᏗᎵᏍᏓᏴᏗ>") == Content("<ᏗᎵᏍᏓᏴᏗ>")
        assert content("<ᏗᎵᏍᏓᏴᏗ>", log=("<ᏗᎵᏍᏓᏴᏗ>",) * 2) == Content("", "attachment")

    def test_that_words_were_changed_in_such_a_language_is_told_so_too(self):
        line = "hello <ᎠᏁᏟᏴᏓ>"

        assert content(line, log=(line,)) == Content(line)
        assert content(line, log=("one <ᎠᏁᏟᏴᏓ>", "two <ᎠᏁᏟᏴᏓ>")) == Content("hello")

    def test_of_a_file_is_told_by_what_stands_beside_the_programs_own_files(self):
        line = "Plan of the garden.pdf (ᎤᏂᎾᏗᏅᏗ)"

        assert content(line) == Content(line)
        assert content(line, log=("IMG-20260814-WA0001.jpg (ᎤᏂᎾᏗᏅᏗ)",)) == Content("", "file")

    @every(
        ("lines", "words", "kind"),
        [
            (["IMG-20260814-WA0001.jpg (file attached)", "the timetable"], "the timetable", "picture"),
            (["<Media omitted>", "the timetable"], "the timetable", "attachment"),
            ([f"{OWN}IMG-1.jpg (ファイル添付)", "caption"], "caption", "picture"),
            ([f"look {OWN}<attached: 00000012-PHOTO.jpg>"], "look", "picture"),
            (["plan.pdf (file attached)", "plan"], "", "file"),
            (["plan.pdf (file attached)", "plan", "read it"], "read it", "file"),
            ([f"{OWN}POLL:", "When?", f"{OWN}OPTION: Friday ({OWN}2 votes)"], f"When?\n{OWN}OPTION: Friday ({OWN}2 votes)", None),
        ],
    )  # fmt: skip
    def test_may_have_words_beside_it(self, lines: list[str], words: str, kind: OmittedKind | None):
        assert content(*lines) == Content(words, kind)

    @every(
        "note",
        [
            "<This message was edited>", f"{OWN}<This message was edited>", "<Se editó este mensaje.>",
            "<Diese Nachricht wurde bearbeitet.>", "<Ce message a été modifié>", "<Mensagem editada>",
            "<Сообщение изменено>", "<このメッセージは編集されました>", "<已编辑此消息>", "<此訊息已編輯>", "<편집된 메시지>",
            "<Bu mesaj düzenlendi>", f"{OWN}<in a language that nobody knows>", "<Ta wiadomość została edytowana>",
            "<Dit bericht is bewerkt>", "<Questo messaggio è stato modificato>", "<Pesan ini diedit>", "<ข้อความนี้ถูกแก้ไข>", "<הודעה זו נערכה>", "<تم تعديل هذه الرسالة>",
        ],
    )  # fmt: skip
    def test_that_words_were_changed_leaves_the_words(self, note: str):
        assert content(f"Saturday then {note}") == Content("Saturday then")
