"""What WhatsApp writes in place of something that holds no words, in the languages of its phones.

Everything is compared in lower case and without a full stop at its end.
"""

import re
import unicodedata
from collections.abc import Mapping

from tane.importing.records import OmittedKind


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _notes(text: str) -> frozenset[str]:
    return frozenset(note for part in re.split("[;\n]", text) if (note := part.strip()))


DELETED = _notes(
    """
    this message was deleted; you deleted this message; this message has been deleted; message deleted
    se eliminó este mensaje; eliminaste este mensaje; este mensaje fue eliminado; has eliminado este mensaje; mensaje eliminado
    esta mensagem foi apagada; essa mensagem foi apagada; mensagem apagada; você apagou esta mensagem; apagou esta mensagem
    esta mensagem foi eliminada; eliminou esta mensagem; apagaste esta mensagem; você apagou essa mensagem
    ce message a été supprimé; vous avez supprimé ce message; message supprimé
    diese nachricht wurde gelöscht; du hast diese nachricht gelöscht; sie haben diese nachricht gelöscht
    questo messaggio è stato eliminato; hai eliminato questo messaggio; messaggio eliminato
    dit bericht is verwijderd; dit bericht werd verwijderd; je hebt dit bericht verwijderd; u hebt dit bericht verwijderd
    detta meddelande raderades; du raderade detta meddelande; det här meddelandet har raderats; du har raderat det här meddelandet
    denne besked blev slettet; du slettede denne besked; denne meddelelse blev slettet; du slettede denne meddelelse
    denne meldingen ble slettet; du slettet denne meldingen; tämä viesti poistettiin; poistit tämän viestin
    ta wiadomość została usunięta; usunięto tę wiadomość; wiadomość została usunięta; usunąłeś tę wiadomość; usunęłaś tę wiadomość
    usunąłeś(-ęłaś) tę wiadomość; tato zpráva byla odstraněna; tato zpráva byla smazána; odstranili jste tuto zprávu
    smazali jste tuto zprávu; odstranil(a) jste tuto zprávu; táto správa bola odstránená; táto správa bola vymazaná
    odstránili ste túto správu; vymazali ste túto správu; ezt az üzenetet törölték; törölted ezt az üzenetet
    ez az üzenet törölve lett; az üzenetet törölték; törölte ezt az üzenetet; acest mesaj a fost șters; ai șters acest mesaj
    това съобщение беше изтрито; това съобщение е изтрито; изтрихте това съобщение; съобщението е изтрито
    это сообщение удалено; данное сообщение удалено; это сообщение было удалено; данное сообщение было удалено; сообщение удалено
    вы удалили это сообщение; вы удалили данное сообщение; це повідомлення видалено; це повідомлення було видалено
    ви видалили це повідомлення; αυτό το μήνυμα διαγράφηκε; αυτό το μήνυμα διαγράφτηκε; διαγράψατε αυτό το μήνυμα
    το μήνυμα αυτό διαγράφηκε; bu mesaj silindi; bu mesajı sildiniz; bu mesajı sildin; mesajı sildiniz
    تم حذف هذه الرسالة; لقد حذفت هذه الرسالة; حذفت هذه الرسالة; لقد قمت بحذف هذه الرسالة; تم حذف الرسالة
    این پیام حذف شد; این پیام حذف شده است; شما این پیام را حذف کردید; این پیام پاک شد; הודעה זו נמחקה; מחקת הודעה זו; ההודעה נמחקה
    यह संदेश हटाया गया; यह संदेश हटा दिया गया; यह मैसेज हटा दिया गया; यह मैसेज हटाया गया; यह संदेश मिटाया गया; यह मैसेज डिलीट किया गया
    आपने यह संदेश हटाया; आपने यह मैसेज हटाया; आपने यह संदेश मिटाया; आपने यह मैसेज डिलीट किया; आपने यह मैसेज हटा दिया
    এই মেসেজটি মুছে ফেলা হয়েছে; এই বার্তাটি মুছে ফেলা হয়েছে; আপনি এই মেসেজটি মুছে ফেলেছেন; এই মেসেজ মুছে ফেলা হয়েছে
    हा संदेश हटविला गेला; हा मेसेज हटवला गेला; हा संदेश हटवला होता; तुम्ही हा संदेश हटवला; આ મેસેજ ડિલીટ કરવામાં આવ્યો; ਇਹ ਸੁਨੇਹਾ ਮਿਟਾਇਆ ਗਿਆ
    இந்தச் செய்தி நீக்கப்பட்டது; இந்த செய்தி நீக்கப்பட்டது; இந்த மெசேஜ் நீக்கப்பட்டது; ఈ సందేశం తొలగించబడింది; ఈ మెసేజ్ తొలగించబడింది
    ಈ ಸಂದೇಶವನ್ನು ಅಳಿಸಲಾಗಿದೆ; ഈ സന്ദേശം ഇല്ലാതാക്കി; یہ پیغام حذف کر دیا گیا; یہ پیغام حذف کر دیا گیا تھا; آپ نے یہ پیغام حذف کر دیا
    pesan ini telah dihapus; pesan ini dihapus; anda menghapus pesan ini; anda telah menghapus pesan ini; kamu menghapus pesan ini
    mesej ini telah dipadam; mesej ini telah dipadamkan; mesej ini dipadamkan; anda memadam mesej ini; anda telah memadam mesej ini
    ข้อความนี้ถูกลบ; ข้อความนี้ถูกลบแล้ว; คุณลบข้อความนี้; คุณลบข้อความนี้แล้ว; คุณได้ลบข้อความนี้; คุณได้ลบข้อความนี้แล้ว; ลบข้อความนี้แล้ว
    tin nhắn này đã bị xóa; tin nhắn này đã bị xoá; bạn đã xóa tin nhắn này; bạn đã xoá tin nhắn này; tin nhắn đã bị xóa; tin nhắn đã xóa
    このメッセージは削除されました; このメッセージを削除しました; あなたはこのメッセージを削除しました; メッセージを削除しました; メッセージは削除されました
    此消息已删除; 此消息已被删除; 此訊息已刪除; 此訊息已被刪除; 這則訊息已刪除; 這則訊息已被刪除; 这条消息已删除; 这条消息已被删除; 消息已删除; 訊息已刪除
    已删除此消息; 已刪除此訊息; 您删除了这条消息; 你删除了这条消息; 您删除了此消息; 你删除了此消息; 您已删除此消息; 你已删除此消息; 您已刪除此訊息; 你已刪除此訊息
    您刪除了此訊息; 你刪除了此訊息; 您刪除了這則訊息; 你刪除了這則訊息; 您已刪除這則訊息; 你已刪除這則訊息; 您收回了此訊息; 你收回了此訊息; 此訊息已收回
    삭제된 메시지입니다; 삭제된 메시지; 이 메시지는 삭제되었습니다; 이 메시지가 삭제되었습니다; 메시지를 삭제했습니다; 이 메시지를 삭제했습니다
    내가 이 메시지를 삭제했습니다; 회원님이 이 메시지를 삭제했습니다; 내가 삭제한 메시지입니다
    s'ha suprimit aquest missatge; s’ha suprimit aquest missatge; has suprimit aquest missatge; s'ha eliminat aquest missatge; has eliminat aquest missatge
    esta mensaxe eliminouse; eliminaches esta mensaxe; mezu hau ezabatu da; mezu hau ezabatu duzu
    ova poruka je izbrisana; ova poruka je obrisana; izbrisali ste ovu poruku; obrisali ste ovu poruku; ова порука је избрисана; избрисали сте ову поруку
    to sporočilo je bilo izbrisano; izbrisali ste to sporočilo; оваа порака е избришана; ja избришавте оваа порака
    ši žinutė buvo ištrinta; šis pranešimas buvo ištrintas; ištrynėte šią žinutę; ištrynėte šį pranešimą; šī ziņa tika izdzēsta; šis ziņojums tika dzēsts
    jūs izdzēsāt šo ziņu; see sõnum kustutati; sõnum on kustutatud; kustutasid selle sõnumi; kustutasite selle sõnumi
    ky mesazh u fshi; fshive këtë mesazh; bu mesaj silinib; siz bu mesajı sildiniz; бұл хабар жойылды; сіз бұл хабарды жойдыңыз; bu xabar oʻchirildi
    ujumbe huu ulifutwa; umefuta ujumbe huu; binura ang mensaheng ito; na-delete ang mensaheng ito; na-delete mo ang mensaheng ito; binura mo ang mensaheng ito
    hierdie boodskap is geskrap; jy het hierdie boodskap geskrap; jy het hierdie boodskap uitgevee; scriosadh an teachtaireacht seo
    """
)
# An administrator deletes what others wrote, and is named.
DELETED_BY = (
    "this message was deleted by admin", "se eliminó este mensaje por el admin", "mensagem apagada pelo admin",
    "diese nachricht wurde von admin", "ce message a été supprimé par l'admin", "este mensaje fue eliminado por el admin",
)  # fmt: skip

# What WhatsApp says of one thing that is not in the file: `imagen omitida`, `Bild weggelassen`. The nouns by kind, and the rest.
_NOUNS: Mapping[OmittedKind, str] = {
    "picture": "image imagen imagem immagine imatge bild foto photo afbeelding afbeelding's billede bilde kuva obraz obrázek obrázok slika kép "
    "imagine изображение изображението зображення фото εικόνα görüntü resim gambar imej รูปภาพ ภาพ रूप तस्वीर इमेज फ़ोटो ছবি صورة صورت عکس "
    "تصویر תמונה hình ảnh larawan picha gif gifs",
    "video": "video vídeo vidéo videó wideo film видео видеозапись видеото відео βίντεο filmato วิดีโอ वीडियो विडियो ভিডিও فيديو ویدیو ویڈیو סרטון "
    "וידאו video's",
    "recording": "audio áudio àudio audió suono sprachnachricht аудио аудиофайл аудиозапись аудіо ήχος ses lyd ljud ääni dźwięk zvuk hang เสียง "
    "ऑडियो অডিও صوت الصوت صدا شמע אודיו âm thanh voice",
    "sticker": "sticker adesivo figurinha autocollant pegatina klistermærke klistremerke tarra naklejka nálepka samolepka matrica naljepnica "
    "стикер наклейка стікер наліпка αυτοκόλλητο çıkartma stiker สติกเกอร์ สติ๊กเกอร์ स्टिकर স্টিকার ملصق استیکر اسٹیکر סטיקר מדבקה nhãn dán",
    "file": "document documento dokument asiakirja dokumentum документ document's έγγραφο belge dokumen เอกสาร दस्तावेज़ नथি নথি مستند سند "
    "دستاویز מסמך tài liệu archivo fitxer ficheiro fichier arquivo datei plik pliki soubor súbor fájl fișier fayl fil tiedosto dosya berkas fail",
    "contact": "contact contacto contato contatto kontakt kontakte kontaktkarte contactkaart contactkaartje tarjeta cartão scheda fiche vizitka "
    "контакт контактна карточка контакта kişi kartı kartu kontak yhteystieto yhteystietokortti",
    "attachment": "media médias media's medien mídia mídias medier média médiá multimedia multimèdia mitjans multimediale multimedial медиафайл "
    "медиафайлы медіа медіафайл файл medya medij mediji medijski meedia miniature",
}  # fmt: skip
NOUNS: Mapping[str, OmittedKind] = {noun: kind for kind, nouns in _NOUNS.items() for noun in nouns.split()}
ABSENT = frozenset(
    _words(
        "omitted omitido omitida omitidos omitidas ocultado ocultada oculto oculta weggelassen ausgeschlossen ausgelassen omis omise absent "
        "absente retiré retirée exclu exclue omesso omessa omessi esclusa escluso incluso inclusa weggelaten udeladt utelämnad utelämnades "
        "utelämnat utelatt utelämnats jätetty jätettiin pominięto pominięte pominięty vynechán vynechána vynecháno vynechány vynechané "
        "vynechaný kihagyva elhagyva hiányzó omisă omis отсутствует пропущен пропущена пропущено пропущены пропущений пропуснат изпуснат "
        "опущено παραλήφθηκε παραλείφθηκε edilmedi atlanmış tidak disertakan dihilangkan dikecualikan disingkirkan izostavljen izostavljena "
        "izpuščen izpuščena omès omesos omesa revelado revelada adjuntado adjunto buraxıldı weggelaat hequr hoq praleista praleistas "
        "hilangkan "
    )
)
FILLERS = frozenset(
    _words(
        "de del du da di do la le il card karte of the not non no não har er je bylo byl byla u pois pas dahil kortti "
    )
)
# Which of them stand beside a noun alone, without brackets or a mark: those that make no sentence with it.
ABSENT_ALONE = frozenset(
    _words(
        "omitted omitido omitida omitidos omitidas ocultado ocultada weggelassen ausgelassen omis omise absente retiré retirée omesso omessa "
        "omessi weggelaten udeladt utelämnad utelämnat utelämnades utelatt pominięto pominięte pominięty vynechán vynechána vynecháno "
        "vynechaný vynechané kihagyva elhagyva omisă пропущен пропущена пропущено пропущений пропуснат παραλήφθηκε παραλείφθηκε izostavljen "
        "izostavljena izpuščen izpuščena omès omesa dihilangkan weggelaat praleista praleistas "
    )
)
ABSENT_NOTES = _notes(
    """
    contact card omitted; tarjeta de contacto omitida; cartão de contato omitido; cartão do contato omitido; cartão de contacto omitido
    fiche contact retirée; fiche contact absente; fiche de contact omise; scheda contatto omessa; scheda del contatto omessa; gif non inclusa
    sticker non incluso; sticker non inclusa; documento non incluso; görüntü dahil edilmedi; resim dahil edilmedi; video dahil edilmedi
    ses dahil edilmedi; gif dahil edilmedi; çıkartma dahil edilmedi; belge dahil edilmedi; kişi kartı dahil edilmedi
    gambar tidak disertakan; video tidak disertakan; audio tidak disertakan; stiker tidak disertakan; gif tidak disertakan
    dokumen tidak disertakan; kartu kontak tidak disertakan; kuva jätetty pois; video jätetty pois; ääni jätetty pois; tarra jätetty pois
    gif jätetty pois; asiakirja jätetty pois; bilde er utelatt; video er utelatt; billede er udeladt; video er udeladt
    """
)

# The same of languages that do not part their words: the nouns by kind, that it is not there, and what stands between.
JOINED_NOUNS: Mapping[OmittedKind, str] = {
    "picture": "画像|写真|图片|圖片|影像|照片|相片|사진|이미지|รูปภาพ|ภาพ",
    "video": "動画|ビデオ|视频|影片|視訊|동영상|비디오|영상|วิดีโอ",
    "recording": "音声|オーディオ|音频|音訊|语音|語音|오디오|음성|เสียง",
    "sticker": "スタンプ|ステッカー|贴图|貼圖|스티커|สติกเกอร์|สติ๊กเกอร์",
    "contact": "連絡先|联系人|聯絡人|聯絡資訊|名片|연락처",
    "attachment": "GIF|メディア|多媒体|多媒體|媒体|媒體|미디어|สื่อ|มีเดีย",
    "file": "文書|書類|ドキュメント|ファイル|文档|文件|檔案|檔|문서|파일|เอกสาร",
}
JOINED_ABSENT = "含まれていません|省略されました|除外|忽略|略去|省略|隐藏|隱藏|排除|생략됨|제외됨|생략|제외|ถูกลบ|ถูกละเว้น|ไม่รวม|ไม่แสดง|ละเว้น"
# The whole of what stands without brackets or a mark; 写真なし is a person's.
JOINED_ALONE = (
    r"(?:画像|動画|ビデオ|音声|オーディオ|スタンプ|ステッカー|GIF|連絡先カード|連絡先|ドキュメント|文書)(?:は含まれていません|は省略されました)"
    r"|(?:图片|圖片|影像|照片|视频|影片|視訊|音频|音訊|语音|語音|贴图|貼圖|GIF|文档|文件|檔案|名片|联系人卡|聯絡人資訊)已(?:忽略|略去|省略)"
    r"|(?:사진|이미지|동영상|비디오|오디오|음성|스티커|GIF|문서|연락처)(?:\s?카드|\s?파일)?\s?(?:이|가)?\s?(?:생략됨|제외됨)"
    r"|(?:รูปภาพ|ภาพ|วิดีโอ|เสียง|สติกเกอร์|สติ๊กเกอร์|GIF|เอกสาร)ถูกละเว้น"
)
JOINED_BETWEEN = r"は|が|を|カード|卡|资料|資料|的|已|被|이|가|카드|ไฟล์|ไว้|แล้ว|\s"

# Parts of what stands in angle brackets for media of any kind, for languages whose wording is not known.
MEDIA_STEMS = _words(
    "media médi mídia medie medij medya meedia multim mitjans multivid vedlegg kalakip phương медиа медіа медиј мултим мультим файл πολυμέσ "
    "αρχείο وسائط ميديا رسانه پيوست پیوست مدیا میڈیا מדיה मीडिया मिडिया माध्यम মিডিয়া মিডিয়া ਮੀਡੀਆ ਮੀਡਿਆ મીડિયા મિડિયા ஊடக கோப்பு "
    "மீடியா మీడియా మాధ్యమ ಮಾಧ್ಯಮ ಮೀಡಿಯಾ മീഡിയ മാധ്യമ สื่อ มีเดีย ມີເດຍ ສື່ မီဒီယာ მედია մեդիա メディア 미디어 媒体 媒體 មេឌៀ මාධ්‍ය ሚዲያ "
)
# Parts of what stands behind words that were changed, for languages whose wording is not known.
EDITED_STEMS = _words(
    "edit bearbeitet modifi bewerkt redigeret redigert redigerad rediger ændret endret ändrat edytowan zmienion upraven změněn zmenen "
    "szerkeszt módosít muokattu uredi izmijen izmen изменен отредактир редагов змінен редактиран промен επεξεργ düzenlen diedit "
    "disunting diubah chỉnh sửa 편집 수정 編集 编辑 編輯 修改 تعديل تحرير ویرایش ترمیم נערכה ערוכ संपादित बदला सम्पादित সম্পাদ แก้ไข แก้ ແກ້ไข "
    "muudetud redaguo rediģēt labot "
)
# (file attached), after a file that was sent.
ATTACHED = _notes(
    """
    file attached; attached; archivo adjunto; adjunto; datei angehängt; datei angehangen; fichier joint; fichier attaché; arquivo anexado
    ficheiro anexado; anexo; file allegato; allegato; bestand bijgevoegd; bijlage; fil bifogad; bifogad fil; fil vedhæftet; vedhæftet fil
    vedlagt fil; fil vedlagt; tiedosto liitetty; liitetiedosto; plik dołączony; plik w załączniku; załączony plik; załączono plik
    soubor byl přiložen; přiložený soubor; soubor přiložen; priložený súbor; súbor je priložený; csatolt fájl; fájl csatolva; fișier atașat
    прикачен файл; файл прикачен; файл добавлен; файл прикреплён; прикреплённый файл; файл прикреплен; файл додано; файл прикріплено
    επισυνάφθηκε αρχείο; συνημμένο αρχείο; το αρχείο επισυνάφθηκε; dosya ekli; dosya eklendi; eklenen dosya; ekli dosya
    الملف مرفق; ملف مرفق; تم إرفاق الملف; مرفق; فایل پیوست شد; پیوست شد; فایل پیوست; קובץ מצורף; הקובץ מצורף; फ़ाइल संलग्न; फ़ाइल अटैच की गई; फाइल संलग्न
    ফাইল যোগ করা হয়েছে; ফাইল সংযুক্ত; فائل منسلک; file terlampir; berkas terlampir; file dilampirkan; fail dilampirkan; fail disertakan
    ไฟล์ที่แนบมา; แนบไฟล์; ไฟล์แนบ; แนบไฟล์แล้ว; tệp đính kèm; tệp được đính kèm; đã đính kèm tệp; đính kèm tệp; ファイル添付; 添付ファイル; ファイルが添付されました
    文件附件; 附件; 文件已附上; 檔案附件; 附檔; 已附加檔案; 附上檔案; 檔案已附加; 附加文件; 파일 첨부됨; 파일 첨부; 첨부 파일; 첨부파일
    fitxer adjunt; datoteka priložena; priložena datoteka; priložena je datoteka; датотека у прилогу; pridėtas failas; failas pridėtas
    pievienots fails; fails pievienots; fail lisatud; lisatud fail; faili imeambatishwa; nakalakip ang file; lêer aangeheg; fail əlavə edilib
    """
)
CALL_STEMS = _words(
    "call llamada appel anruf chiamata chamada ligação oproep gesprek opkald anrop samtal puhelu połączenie hovor hívás apel звон обажд "
    "дзвін κλήση arama مكالمة تماس שיחה कॉल কল panggilan สาย โทร gọi 通話 着信 通话 來電 来电 전화 통화 trucada poziv klic "
)
LIVE_LOCATIONS = _notes(
    "live location shared; ubicación en vivo compartida; ubicación en tiempo real compartida; localização em tempo real compartilhada; "
    "localisation en direct partagée; live-standort geteilt; live-standort wird geteilt; posizione in tempo reale condivisa; "
    "live-locatie gedeeld; ライブ位置情報を共有しました; 已分享实时位置; 已分享即時位置; 실시간 위치 공유됨; геоданные в реальном времени; транслируемая геопозиция; canlı "
    "konum paylaşıldı; lokasi terkini dibagikan "
)
CALLS = _notes(
    """
    missed voice call; missed video call; missed group voice call; missed group video call; llamada perdida; llamada de voz perdida
    videollamada perdida; chamada de voz perdida; chamada de vídeo perdida; ligação de voz perdida; ligação de vídeo perdida
    appel vocal manqué; appel vidéo manqué; verpasster anruf; verpasster sprachanruf; verpasster videoanruf; chiamata vocale persa
    videochiamata persa; gemiste spraakoproep; gemiste video-oproep; nieodebrane połączenie głosowe; nieodebrane połączenie wideo
    пропущенный аудиозвонок; пропущенный видеозвонок; пропущений аудіовиклик; cevapsız sesli arama; cevapsız görüntülü arama
    مكالمة صوتية فائتة; مكالمة فيديو فائتة; मिस्ड वॉइस कॉल; मिस्ड वीडियो कॉल; panggilan suara tak terjawab; panggilan video tak terjawab
    cuộc gọi thoại nhỡ; cuộc gọi video nhỡ; สายที่ไม่ได้รับ; 音声通話不在着信; ビデオ通話不在着信; 音声通話の不在着信; ビデオ通話の不在着信
    未接语音通话; 未接视频通话; 未接語音通話; 未接視訊通話; 부재중 음성 통화; 부재중 영상 통화
    """
)


def wordings(text: str) -> frozenset[str]:
    """Return the wordings of a table, parted by semicolons or lines, as they are compared."""
    parts = re.split("[;\n]", unicodedata.normalize("NFC", text).casefold())
    return frozenset(wording for part in parts if (wording := part.strip()))


# Behind words that were changed: <This message was edited>.
EDITED = wordings(
    """
    this message was edited; this message has been edited; message edited; se editó este mensaje; este mensaje fue editado
    se ha editado este mensaje; editaste este mensaje; mensaje editado; mensagem editada; esta mensagem foi editada
    essa mensagem foi editada; ce message a été modifié; message modifié; diese nachricht wurde bearbeitet; nachricht bearbeitet
    questo messaggio è stato modificato; messaggio modificato; dit bericht is bewerkt; dit bericht werd bewerkt; bericht bewerkt
    det här meddelandet har redigerats; det här meddelandet redigerades; detta meddelande redigerades; detta meddelande har redigerats
    meddelandet har redigerats; meddelandet redigerades; denne besked blev redigeret; denne besked er redigeret; denne besked er blevet redigeret
    denne meddelelse blev redigeret; beskeden blev redigeret; denne meldingen ble redigert; denne meldingen er redigert
    denne meldingen har blitt redigert; meldingen ble redigert; tätä viestiä muokattiin; tätä viestiä on muokattu; viestiä muokattiin
    viestiä on muokattu; muokattu viesti; ta wiadomość została edytowana; wiadomość została edytowana; edytowano tę wiadomość
    edytowano wiadomość; wiadomość edytowana; tato zpráva byla upravena; zpráva byla upravena; zpráva upravena
    táto správa bola upravená; správa bola upravená; ezt az üzenetet szerkesztették; az üzenetet szerkesztették; ez az üzenet szerkesztve lett
    ezt az üzenetet módosították; szerkesztett üzenet; acest mesaj a fost editat; acest mesaj a fost modificat; mesaj editat
    ova poruka je uređena; poruka je uređena; ova poruka je izmijenjena; ova poruka je izmenjena; ова порука је измењена
    ова порука је уређена; to sporočilo je bilo urejeno; sporočilo je bilo urejeno; оваа порака е изменета; оваа порака е уредена
    това съобщение беше редактирано; това съобщение е редактирано; съобщението е редактирано; сообщение изменено
    это сообщение изменено; это сообщение было изменено; данное сообщение изменено; сообщение отредактировано; это сообщение отредактировано
    это сообщение было отредактировано; данное сообщение отредактировано; це повідомлення змінено; це повідомлення було змінено
    це повідомлення відредаговано; це повідомлення було відредаговано; повідомлення змінено; повідомлення відредаговано
    αυτό το μήνυμα επεξεργάστηκε; αυτό το μήνυμα τροποποιήθηκε; το μήνυμα επεξεργάστηκε; έγινε επεξεργασία του μηνύματος
    έγινε επεξεργασία αυτού του μηνύματος; αυτό το μήνυμα έχει υποστεί επεξεργασία; bu mesaj düzenlendi; mesaj düzenlendi
    تم تعديل هذه الرسالة; تم تعديل الرسالة; تم تحرير هذه الرسالة; این پیام ویرایش شد; این پیام ویرایش شده است; پیام ویرایش شد
    یہ پیغام ترمیم کیا گیا; اس پیغام میں ترمیم کی گئی; اس پیغام میں ترمیم کی گئی تھی; یہ پیغام ترمیم شدہ ہے; הודעה זו נערכה; ההודעה נערכה; ההודעה הזו נערכה
    यह संदेश संपादित किया गया; यह संदेश संपादित किया गया था; इस संदेश को संपादित किया गया; यह मैसेज एडिट किया गया; यह मैसेज एडिट किया गया था
    यह मैसेज एडिट किया गया है; इस मैसेज को एडिट किया गया; इस मैसेज को एडिट किया गया है; इस मैसेज में बदलाव किया गया; इस मैसेज में बदलाव किया गया है
    यह मैसेज बदला गया; এই মেসেজটি সম্পাদনা করা হয়েছে; এই মেসেজ এডিট করা হয়েছে; এই মেসেজটি এডিট করা হয়েছে; এই বার্তাটি সম্পাদনা করা হয়েছে
    हा मेसेज संपादित केला गेला; हा संदेश संपादित केला गेला; हा मेसेज एडिट केला गेला; pesan ini diedit; pesan ini telah diedit; pesan diedit
    mesej ini telah disunting; mesej ini disunting; mesej ini telah diedit; mesej ini diedit; ข้อความนี้ถูกแก้ไข; ข้อความนี้ถูกแก้ไขแล้ว
    แก้ไขข้อความนี้แล้ว; ข้อความนี้มีการแก้ไข; ข้อความนี้ได้รับการแก้ไข; ข้อความนี้ได้รับการแก้ไขแล้ว; tin nhắn này đã được chỉnh sửa
    tin nhắn này đã chỉnh sửa; tin nhắn này đã bị chỉnh sửa; tin nhắn đã được chỉnh sửa; tin nhắn đã chỉnh sửa; đã chỉnh sửa tin nhắn này
    このメッセージは編集されました; このメッセージは編集済みです; このメッセージを編集しました; メッセージは編集されました; 編集済みのメッセージ; 編集済みメッセージ
    已编辑此消息; 此消息已编辑; 此消息已被编辑; 这条消息已编辑; 这条消息已被编辑; 消息已编辑; 已编辑消息; 此訊息已編輯; 此訊息已被編輯; 此訊息已經編輯
    這則訊息已編輯; 這則訊息已被編輯; 訊息已編輯; 已編輯此訊息; 已編輯訊息; 편집된 메시지; 편집된 메시지입니다; 이 메시지는 편집되었습니다
    이 메시지가 편집되었습니다; 메시지가 편집되었습니다; 수정된 메시지; 수정된 메시지입니다; 이 메시지는 수정되었습니다; 이 메시지가 수정되었습니다
    s'ha editat aquest missatge; aquest missatge s'ha editat; missatge editat; esta mensaxe editouse; mezu hau editatu da
    šis pranešimas buvo redaguotas; ši žinutė buvo redaguota; šis ziņojums tika rediģēts; šī ziņa tika rediģēta; seda sõnumit muudeti
    seda sõnumit on muudetud; see sõnum on muudetud; ky mesazh u redaktua; bu mesaj redaktə edilib; ujumbe huu umehaririwa
    ujumbe huu ulihaririwa; na-edit ang mensaheng ito; in-edit ang mensaheng ito; inedit ang mensaheng ito; hierdie boodskap is gewysig
    hierdie boodskap is geredigeer; бұл хабар өңделді; bu xabar tahrirlandi
    """
)
# For media of any kind: <Media omitted>.
MEDIA_OMITTED = wordings(
    """
    media omitted; view once message omitted; view once photo omitted; view once video omitted; view once voice message omitted
    view once media omitted; contact card omitted; video note omitted; multimedia omitido; archivo multimedia omitido; archivos multimedia omitidos; archivo omitido; se omitió multimedia
    mídia oculta; mídia omitida; arquivo de mídia oculto; arquivo de mídia omitido; multimédia omitida; ficheiro multimédia omitido
    ficheiro não revelado; médias omis; média omis; fichier média omis; fichier omis; medien ausgeschlossen; medien weggelassen
    mediendatei ausgeschlossen; media omessi; media esclusi; file multimediale omesso; media weggelaten; mediabestand weggelaten
    media har utelämnats; media utelämnat; media utelämnades; media utelämnad; mediefil utelämnad; mediefil udeladt; mediefiler udeladt
    medier udeladt; medie udeladt; medier er udeladt; mediefil er udeladt; media utelatt; medier utelatt; mediefil utelatt
    medievedlegg utelatt; uten vedlegg; media jätetty pois; media jätettiin pois; mediatiedosto jätetty pois; media poistettu
    pominięto multimedia; pominięte multimedia; multimedia pominięto; multimedia pominięte; plik multimedialny pominięto; média vynechány
    média vynechána; médium vynecháno; multimédia vynechána; mediální soubor vynechán; médiá vynechané; médiá boli vynechané
    multimédiá vynechané; hiányzó médiafájl; média kihagyva; médiafájl kihagyva; médiafájl elhagyva; conținut media omis
    fișier media omis; fișiere media omise; media omisă; media omis; medijski zapis izostavljen; mediji izostavljeni; medij izostavljen
    izostavljeni mediji; medijski sadržaj izostavljen; mediji izpuščeni; medijska datoteka izpuščena; medij je izpuščen
    медиј је изостављен; медији изостављени; медијум изостављен; медиумот е изоставен; медиумите се изоставени; без файл
    медийният файл е пропуснат; мултимедията е пропусната; пропуснат файл; без медиафайлов; медиафайл пропущен; медиафайлы пропущены
    медиафайлы не включены; медиафайлы отсутствуют; медиа пропущено; файл пропущен; медіа пропущено; пропущено медіа
    без медіафайлів; медіафайл пропущено; медіафайли пропущено; εξαίρεση πολυμέσων; παράλειψη πολυμέσων; τα πολυμέσα παραλείφθηκαν
    πολυμέσα παραλείφθηκαν; αρχείο πολυμέσων παραλείφθηκε; medya dahil edilmedi; medya atlanmış; medya atlandı
    تم استبعاد الوسائط; تم حذف الوسائط; الوسائط غير مدرجة; وسائط محذوفة; رسانه حذف شد; رسانه حذف شده; رسانه پیوست نشده است; پیوست نشده است
    میڈیا چھوڑ دیا گیا; میڈیا شامل نہیں; میڈیا حذف کر دیا گیا; המדיה לא נכללה; מדיה לא נכללה; המדיה הושמטה; מדיה הושמטה
    मीडिया के बिना; मीडिया शामिल नहीं; मीडिया शामिल नहीं है; मीडिया छोड़ा गया; मीडिया छोड़ दिया गया; मीडिया हटाया गया; माध्यम वगळले; मीडिया वगळले; मीडिया वगळला
    মিডিয়া বাদ দেওয়া হয়েছে; মিডিয়া ছাড়া; মিডিয়া অন্তর্ভুক্ত নয়; મીડિયા બાકાત; મીડિયા છોડ્યું; મીડિયા અવગણ્યું; ਮੀਡੀਆ ਛੱਡਿਆ ਗਿਆ; ஊடகம் நீக்கப்பட்டது
    மீடியா தவிர்க்கப்பட்டது; మీడియా విస్మరించబడింది; మీడియా మినహాయించబడింది; ಮಾಧ್ಯಮ ಬಿಟ್ಟುಬಿಡಲಾಗಿದೆ; മീഡിയ ഒഴിവാക്കി
    ไม่รวมสื่อ; ไม่ได้รวมสื่อ; ละเว้นสื่อ; สื่อถูกละเว้น; มีเดียถูกละเว้น; bỏ qua tệp phương tiện; đã bỏ qua tệp phương tiện; đã bỏ qua phương tiện
    đã ẩn tệp phương tiện; phương tiện bị bỏ qua; tệp phương tiện bị bỏ qua; media tidak disertakan; media tak disertakan
    media dihilangkan; media disingkirkan; media dikecualikan; hindi kasama ang media; hindi isinama ang media; media imeondolewa
    media haijajumuishwa; メディアは含まれていません; メディアファイルは含まれていません; メディアは省略されました; メディアなし; 忽略多媒體檔; 忽略多媒體檔案
    已略去多媒體檔案; 多媒體檔已略去; 已省略多媒體檔案; 省略多媒體檔案; 省略多媒体文件; 已省略多媒体文件; 多媒体文件已省略; 媒体文件已省略; 媒体已省略; 媒體已省略; 影音內容已略過
    미디어 파일 제외됨; 미디어 파일 생략됨; 미디어 제외됨; 미디어 생략됨; 미디어 파일을 생략한 대화내용; 미디어 파일이 생략되었습니다
    mitjans omesos; multimèdia omès; fitxers multimèdia omesos; s'han omès els fitxers multimèdia; ficheiro multimedia omitido
    medija praleista; medija neįtraukta; multivide izlaista; multivides fails izlaists; multivide nav iekļauta; meedia välja jäetud
    meedia on välja jäetud; meedia ära jäetud; media u hoq; media e hequr; media buraxıldı; media daxil edilməyib; media kiritilmagan
    медиафайлсыз; медиа қосылмаған; media weggelaat; media uitgelaat
    """
)
# Before the address of a place that was sent.
PLACES = wordings(
    """
    location; ubicación; localização; localisation; position; standort; posizione; locatie; plats
    placering; lokation; plassering; posisjon; sijainti; lokalizacja; poloha; umiestnenie; tartózkodási hely; helyadatok; locație
    locația; lokacija; локација; местоположение; геопозиция; геолокация; геоданные; розташування; місцезнаходження; геодані; τοποθεσία; konum
    موقع; الموقع; موقعیت مکانی; موقعیت; مقام; מיקום; स्थान; लोकेशन; অবস্থান; লোকেশন; lokasi; lokasyon; ตำแหน่ง; ตำแหน่งที่ตั้ง; โลเคชั่น; vị trí; 位置情報
    位置; 위치; 위치 정보; ubicació; localització; localización; kokapena; vieta; vietovė; atrašanās vieta; asukoht; vendndodhja; məkan; ligging
    """
)
