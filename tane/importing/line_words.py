"""What LINE writes in place of something that holds no words, in its languages; without brackets and in lower case."""

from collections.abc import Mapping

from tane.importing.records import OmittedKind

_MARKERS: Mapping[OmittedKind, str] = {
    "sticker": "スタンプ; sticker; stickers; 貼圖; 贴图; 스티커; สติกเกอร์; สติ๊กเกอร์; stiker; nhãn dán; figurinha; autocollant; adesivo; стикер; çıkartma; ملصق; 絵文字; emoji",
    "picture": "写真; 画像; photo; photos; image; 照片; 圖片; 图片; 사진; 이미지; รูป; รูปภาพ; ภาพ; ภาพถ่าย; foto; gambar; ảnh; hình ảnh; imagen; imagem; immagine; bild; "
    "фото; fotoğraf; صورة",
    "video": "動画; video; videos; 影片; 視訊; 视频; 동영상; 비디오; วิดีโอ; วีดีโอ; vídeo; vidéo; видео; فيديو",
    "recording": "ボイスメッセージ; 音声メッセージ; voice message; audio; 語音訊息; 语音信息; 语音消息; 음성메시지; 음성 메시지; 보이스 메시지; ข้อความเสียง; pesan suara; "
    "tin nhắn thoại; mensaje de voz; mensagem de voz; message vocal; messaggio vocale; sprachnachricht; голосовое сообщение; sesli mesaj",
    "file": "ファイル; file; files; 檔案; 文件; 파일; ไฟล์; berkas; tệp; tập tin; archivo; arquivo; fichier; datei; файл; dosya",
    "contact": "連絡先; contact; contacts; 聯絡資訊; 联系人信息; 联系人; 聯絡人; 연락처; รายชื่อติดต่อ; ผู้ติดต่อ; รายชื่อ; kontak; liên hệ; contacto; contato; contatto; kontakt; контакт; kişi",
    "location": "位置情報; location; 位置訊息; 位置資訊; 位置信息; 위치정보; 위치 정보; 위치; ตำแหน่ง; ตำแหน่งที่ตั้ง; โลเคชั่น; lokasi; vị trí; ubicación; localização; "
    "localisation; posizione; standort; местоположение; konum",
    "poll": "投票; poll; 투표; โพล; polling; bình chọn; encuesta; enquete; sondage; sondaggio; umfrage; опрос; anket",
    "attachment": "アルバム; プレゼント; ノート; イベント; ギフト; album; gift; note; event; 相簿; 相册; 禮物; 礼物; 記事本; 앨범; 선물; 노트; อัลบั้ม; อัลบัม; ของขวัญ; โน้ต; hadiah; "
    "álbum; álbum de fotos; альбом; albüm; đoạn album; quà; quà tặng; regalo; presente; cadeau; geschenk; подарок; hediye",
}  # fmt: skip
MARKERS: Mapping[str, OmittedKind] = {
    marker: kind for kind, markers in _MARKERS.items() for marker in markers.split("; ")
}
UNSENT = tuple(
    note.strip()
    for note in """
    unsent a message; メッセージの送信を取り消しました; 送信を取り消しました; 已收回訊息; 收回了訊息; 已收回了訊息; 收回訊息; 已撤回消息; 撤回了一条消息; 已撤回一条消息; 撤回了消息
    메시지를 삭제했습니다; 메시지 전송을 취소했습니다; 메시지 보내기를 취소했습니다; 메시지를 취소했습니다; 메시지를 보내기 취소했습니다; 메시지를 회수했습니다; 전송을 취소했습니다
    ยกเลิกข้อความแล้ว; ยกเลิกข้อความ; ได้ยกเลิกข้อความ; ยกเลิกการส่งข้อความแล้ว; ยกเลิกการส่งข้อความ; membatalkan pengiriman pesan; membatalkan pesan
    telah membatalkan pengiriman pesan; đã thu hồi tin nhắn; đã thu hồi một tin nhắn; anuló el envío de un mensaje; canceló el envío de un mensaje
    cancelou o envio de uma mensagem; a annulé l'envoi d'un message; hat eine nachricht zurückgezogen; hat eine nachricht zurückgerufen
    ha annullato l'invio di un messaggio; отменил отправку сообщения; отменила отправку сообщения; bir mesajın gönderilmesini iptal etti
    """.replace("\n", ";").split(";")
    if note.strip()
)
CALL = "☎"
CALLS = frozenset(
    [
        "不在着信",
        "通話をキャンセルしました",
        "応答なし",
        "missed call",
        "canceled call",
        "cancelled call",
        "no answer",
        "call canceled",
        "未接來電",
        "未接来电",
        "取消通話",
        "已取消通話",
        "無應答",
        "無人接聽",
        "부재중 전화",
        "부재중 통화",
        "통화 취소",
        "취소된 통화",
        "응답 없음",
        "ไม่ได้รับสาย",
        "สายที่ไม่ได้รับ",
        "ยกเลิกสายแล้ว",
        "ยกเลิกการโทร",
        "ไม่มีผู้รับสาย",
        "ไม่มีสัญญาณตอบรับ",
        "missed voice call",
        "missed video call",
        "call ended",
        "通話に応答がありませんでした",
        "キャンセル",
        "グループ通話が開始されました",
        "グループ通話が終了しました",
        "グループ音声通話が開始されました",
        "グループ音声通話が終了しました",
        "グループビデオ通話が開始されました",
        "グループビデオ通話が終了しました",
        "group call started",
        "group call ended",
        "group voice call started",
        "group voice call ended",
        "group video call started",
        "group video call ended",
        "未接通話",
        "無回應",
        "对方无应答",
        "无应答",
        "已取消通话",
        "取消通话",
        "부재중",
        "취소",
        "llamada perdida",
        "llamada cancelada",
        "sin respuesta",
        "chamada perdida",
        "chamada cancelada",
        "appel manqué",
        "verpasster anruf",
        "chiamata persa",
        "пропущенный звонок",
        "cevapsız arama",
        "tidak ada jawaban",
        "cuộc gọi bị hủy",
        "cuộc gọi đã hủy",
        "không trả lời",
        "không có phản hồi",
        "panggilan tak terjawab",
        "panggilan dibatalkan",
        "cuộc gọi nhỡ",
    ]
)
# What stands before how long a call was; nothing may.
CALL_TIMES = frozenset(
    (
        "", "通話時間", "通话时间", "通话时长", "通話時長", "call time", "call duration", "duration", "통화시간", "통화 시간", "เวลาโทร", "เวลาที่โทร", "เวลาสนทนา",
        "เวลาการโทร", "ระยะเวลาการโทร", "ระยะเวลาโทร", "ระยะเวลา", "waktu panggilan", "durasi panggilan", "durasi", "lama panggilan", "thời gian gọi",
        "thời gian cuộc gọi", "thời lượng cuộc gọi", "duración de la llamada", "duración", "duração da chamada", "duração", "durée de l'appel",
        "gesprächsdauer", "anrufdauer", "durata della chiamata", "durata chiamata", "длительность звонка", "время разговора", "arama süresi",
    )
)  # fmt: skip
# What LINE of the PC writes behind a name without any mark, of people who come and go.
GOINGS = (
    "joined the chat", "left the chat", "left the group", "joined the group", "が参加しました", "が退出しました", "がグループに参加しました",
    "がグループを退会しました", "加入聊天", "離開聊天", "退出群組", "加入群組", "加入群聊", "退出群聊", "님이 들어왔습니다", "님이 나갔습니다", "เข้าร่วมกลุ่ม", "ออกจากกลุ่ม",
)  # fmt: skip
