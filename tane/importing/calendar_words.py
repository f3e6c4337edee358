"""Names of months, weekdays, halves of the day and time zones in the languages that dates are written in. Pure.

A name stands for a number only if every language here that knows it means the same by it: `listopad` is October in
Croatian and November in Polish, so it is not read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType

# From January on, of one language a line. Those of the first group are abbreviated to three letters, too.
_MONTHS_CUT = (
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber marz april mai juni juli august september oktober november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november desember",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "januari februari maret april mei juni juli agustus september oktober november desember",
)
_MONTHS_WHOLE = (
    "januar fevrier mars avr mai juin juil aout sept oct nov decembre",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
    "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca",
    "siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan listopad studeni prosinac",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
    "január február március április május június július augusztus szeptember október november december",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου",
    "януари февруари март април май юни юли август септември октомври ноември декември",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितम्बर अक्तूबर नवम्बर दिसम्बर",
    "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "janv févr mars avr mai juin juil août sept octo nove déc",
    "jan feb mrt apr mei jun jul aug sept okt nov dec",
    "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "oca şub mart nis mayıs haz tem ağu eyl eki kas ara",
    "ene feb mar abr may jun jul ago sep oct nov dic",
)

# From Monday on.
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday",
    "mon tue wed thu fri sat sun",
    "mon tues weds thur fri sat sun",
    "mon tues wed thurs fri sat sun",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "montag dienstag mittwoch donnerstag freitag sonnabend sonntag",
    "mo di mi do fr sa so",
    "ma di wo do vr za zo",
    "ma ti ke to pe la su",
    "man tir ons tor fre lør søn",
    "mån tis ons tors fre lör sön",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lun mar mer jeu ven sam dim",
    "lunes martes miércoles jueves viernes sábado domingo",
    "lun mar mié jue vie sáb dom",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "lun mar mer gio ven sab dom",
    "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "segunda terça quarta quinta sexta sábado domingo",
    "seg ter qua qui sex sáb dom",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "måndag tisdag onsdag torsdag fredag lördag söndag",
    "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "понедельник вторник среда четверг пятница суббота воскресенье",
    "пн вт ср чт пт сб вс",
    "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "pondělí úterý středa čtvrtek pátek sobota neděle",
    "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
    "maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai",
    "hétfő kedd szerda csütörtök péntek szombat vasárnap",
    "luni marți miercuri joi vineri sâmbătă duminică",
    "понеділок вівторок середа четвер п'ятниця субота неділя",
    "senin selasa rabu kamis jumat sabtu minggu",
    "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
    "月曜 火曜 水曜 木曜 金曜 土曜 日曜",
    "月 火 水 木 金 土 日",
    "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
    "星期一 星期二 星期三 星期四 星期五 星期六 星期天",
    "周一 周二 周三 周四 周五 周六 周日",
    "週一 週二 週三 週四 週五 週六 週日",
    "礼拜一 礼拜二 礼拜三 礼拜四 礼拜五 礼拜六 礼拜天",
    "一 二 三 四 五 六 日",
    "월요일 화요일 수요일 목요일 금요일 토요일 일요일",
    "월 화 수 목 금 토 일",
    "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "วันจันทร์ วันอังคาร วันพุธ วันพฤหัสบดี วันศุกร์ วันเสาร์ วันอาทิตย์",
    "จันทร์ อังคาร พุธ พฤหัสบดี ศุกร์ เสาร์ อาทิตย์",
    "thứ\u00a0hai thứ\u00a0ba thứ\u00a0tư thứ\u00a0năm thứ\u00a0sáu thứ\u00a0bảy chủ\u00a0nhật",
)

# Whether the half of the day is the second.
HALVES: Mapping[str, bool] = MappingProxyType(
    dict.fromkeys(
        (
            "am",
            "午前",
            "上午",
            "오전",
            "凌晨",
            "早上",
            "清晨",
            "πμ",
            "ص",
            "sa",
            "fm",
            "öö",
            "पूर्वाह्न",
            "ก่อนเที่ยง",
        ),
        False,
    )
    | dict.fromkeys(
        ("pm", "午後", "下午", "오후", "傍晚", "μμ", "م", "ch", "em", "ös", "अपराह्न", "หลังเที่ยง"),
        True,
    )
)

# Those that mean one offset the world over. IST, CST, CDT, BST, AST, ADT, SST, WST, ECT, AMT, GST and their like mean several.
_HOURS = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "HNEC": 1, "HAEC": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "EST": -5, "EDT": -4, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10, "AEST": 10, "AEDT": 11, "AWST": 8, "NZST": 12, "NZDT": 13, "SGT": 8, "HKT": 8, "PHT": 8,
    "WIB": 7, "WITA": 8, "WIT": 9, "ICT": 7, "PKT": 5, "SAST": 2, "EAT": 3, "CAT": 2, "WAT": 1, "BRT": -3, "ART": -3,
    "ACST": 9.5, "ACDT": 10.5, "NST": -3.5, "NDT": -2.5, "NPT": 5.75,
}  # fmt: skip
ZONES: Mapping[str, timedelta] = MappingProxyType(
    {name: timedelta(hours=hours) for name, hours in _HOURS.items()}
)


def folded(word: str) -> str:
    """Return a name as it is looked up: without case, the dots of an abbreviation and blanks within it."""
    return word.casefold().replace(".", "").replace(" ", "\u00a0").strip("\u00a0,")


def _numbered(lines: Iterable[str], *, first: int) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        for number, name in enumerate(line.split(" "), start=first):
            found[folded(name)].add(number)
    return found


def _certain(names: Mapping[str, set[int]]) -> dict[str, int]:
    return {name: next(iter(numbers)) for name, numbers in names.items() if len(numbers) == 1}


def _months() -> dict[str, int]:
    whole = _numbered((*_MONTHS_CUT, *_MONTHS_WHOLE), first=1)
    cut: dict[str, set[int]] = defaultdict(set)
    for name, numbers in _numbered(_MONTHS_CUT, first=1).items():
        for length in (3, 4, 5):
            cut[name[:length]] |= numbers
    return _certain(cut) | _certain(whole)


MONTHS: Mapping[str, int] = MappingProxyType(_months())
WEEKDAYS: Mapping[str, int] = MappingProxyType(_certain(_numbered(_WEEKDAYS, first=0)))
