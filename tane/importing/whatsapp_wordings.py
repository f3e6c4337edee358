"""What WhatsApp writes in angle brackets and beside places, word for word, in the languages of its phones.

Everything is compared in lower case and without a full stop at its end. Only the whole wording counts: a person's
sentence may hold any of these words.
"""

import re
import unicodedata


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
# For whatever was sent: <Media omitted>.
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
