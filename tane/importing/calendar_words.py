"""Names of months, weekdays, halves of the day and time zones in the languages that dates are written in. Pure.

A name stands for a number only if every language here that knows it means the same by it: `listopad` is October in
Croatian and November in Polish, so it is not read.
"""

import unicodedata
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


def bare_word(word: str) -> str:
    """Return the letters and digits of a word with their signs, in lower case: `p. m.` and `PM` are one."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    return "".join(char for char in plain if unicodedata.category(char)[0] in "LMN")


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


# From which hour to which, and what that is called.
_PARTS_OF_THE_DAY: Mapping[str, str] = {
    "12-24": (
        "2ja aand abend abends adhuhuri aften afternoon ak akasuba akşam akşamüstü alasiri aluula amiază "
        "amnamittag anw apm aprèsmidi arrats arratsaldea arratsaldeko atnight avond axşam axşamüstü aðkvöldi "
        "banringzgvaq baubaukndaax canoldydd carra ch chilo chiều cɛɛ́nko datarde delanoche delapm "
        "delaprèsmidi delatarde delmediodía delpomeriggio desira dieaand diemiddag diena dilolo dipomeriggio "
        "disera domediodía dopahar du dupăamiaza dusoir dél délután ea eahketbeaivet eahketbeaivi eb ebongi "
        "ebusuku ebyámu efiafi efterm eftermade eftermiddag eftirhádegi eguerd eguerdia eguerdiko eh eigulo "
        "em embrëmjes emesditës epasdites este etterm ettermiddag evening ew fi fọívnin gabi gaua gaueko gd "
        "gm gosoň gsoň gündüz günorta günortadansoň hapon hawwaro hwaĩinĩ hádegi ichamthi illalla ilta iltap "
        "iltapäivä iltapäivällä iluntz iluntzea iluntzeko in intheafternoon intheevening ip iɓugajɔp jioni "
        "kbʼeqʼij kechqurun keskip keskipäivä keskipäivällä keskpäev keskpäeval kikiiɗe kingoto kisɛ́ndɛ "
        "koosk kooskoliny kugú kveld kväll kvöld kyiukonyi laamiază lilli lk lumalwap madhyanh makaaripi "
        "malam mbrëmje mchana mchochill md mediodía meiodia mesditë mezzogiorno middag midday midi migdia "
        "mittag mittags mog mpókwa muu nabali nabalị nachm nachmittag nachmittags nam namittag napol "
        "napoludnie navečer ncwònzém nggabi nghapon ngo ngəgógəle nit nm noche noite nommendaach nomëttes "
        "noon ntambama nyiaghuo odp odpoledne omaftenen omeftermiddagen ondğ ondğeri opold opoldne ot pamunyi "
        "papussideinan pasdite pashamihe perpiet petang piecpušdīnē pinisuno pipinisuno pm pn podne pol pold "
        "poldne poledne poludnie pomeriggio pop popiet popietė popod popodne popol popoldan popoldne "
        "popoludnie popoludní popołdnju popołedniu popołudnie popołudniu poslijepodne posmidí południe "
        "prynhawn ptg ptm pusd pusdienlaiks pusdienlaikā pärastlõuna pärastlõunal påefterm påeftermiddagen "
        "påettermiddagen påkvelden påkvällen pēcp pēcpusd pēcpusdiena pēcpusdienā saasitazamchana sanje "
        "savonds seara sera shaam shwane smiddags sn soir sore sorémalem srmlm síðdegis tadggwat "
        "tanghalingtapat tarda tarde teipa tengahhari thapama tk trưa tushpayti tŋ tối uhrnommendaachs uk "
        "ulloqeqqatakingorna uveče vakaras vakars vakarā vesprada vespre več veče večer vidurdienis wb "
        "wieczorem wieczór wpołudnie wótp wótpołdnja yamma yh ym yprynhawn yrhwyr zaarikayb zmw zveč zvečer "
        "õhtu õhtul ös öğle öğledensonra ĩyawĩoo ŋkambɔ́tnji ũg ǃuias ɔ̀sán ɛndámâ ɣetrɔ ʊshilèkʊsasʊ απόγ "
        "απόγευμα μεσημ μεσημέρι μμ τοαπόγευμα τομεσημέρι апоўдні ахшам ахшамүстү веч вече вечер вечера "
        "вечерта вечора вечір день дня кечинде кечкурун кечқурун кеш кешкі кх навечер напладне обедтэмейле "
        "орой пладне пм подне полд полдень полудень попл попладне попод поподне послийеподне послијеподне пп "
        "следобед талтүс тк тушпайти түскі түстенкейін түстенкейінгі түштөнкийин түштөнкийинки увече уподне "
        "чактүш эк ҝүндүз ҝүнорта үддунд үх ӕмбисбоныфӕстӕ өдөр երեկո երեկոյան կեսօր կեսօրին ցերեկ ցերեկը "
        "ցերեկվա אחהצ אחרהצהריים בערב בצהריים נאָכמיטאָג ערב צהריים بظ بعدازظهر بعدازچاشت بعدالظهر بعدزظهر "
        "تالءتۇس تك تۇستەنكەيىن تۇستەنكەيىنگى تۇسكى دن دوپہر دوپہرمیں سہپہر شام شاممیں ظهر ظهرًا عصر غو كەش "
        "كەشى م مساء مساءً منجهندشام پیپی چك چۈشتىنكېيىن ܒܛ अप अपरान्ह अपराह्न दपेहरासंजा दपैहरबाद दुपहरपतॖ "
        "दुपार दोपहर पीएम बेलासे बेलुकी मध्यान्ह शाम शामजा संध्याकाळ सञ साँझ सांजे सांझ सांम অপরাহ্ণ অপরাহ্ন "
        "অপৰাহ্ন দুপুর দুপুরবেলায় পিএম বিকাল সন্ধ্যা সন্ধ্যাবেলায় ਦੁਪਹਿਰੇ ਬਾਦੁ ਸ਼ਾਮ ਸ਼ਾਮੀਂ ઉઉ બપોર બપોરે "
        "સાંજ સાંજે ପିଏମ அந்திமாலை நண்பகல் பிப பிற்பகல் மதியம் மாலை అపరాహ్నం పిఎమ్ మధ్యాహ్నం సాయంత్రం ಅಪರಾಹ್ನ "
        "ಮಧ್ಯಾಹ್ನ ಸಂಜೆ അപരാഹ്നം ഉച്ച ഉച്ചതിരിഞ്ഞ് ഉച്ചയ്ക്ക് വൈകുന്നേരം സന്ധ്യ දවල් පව මධ්යාහ්නය හවස ค่ํา "
        "ตอนบ่าย ตอนเย็น บ่าย หลังเที่ยง เที่ยง ในตอนบ่าย ในตอนเย็น ຕອນທ່ຽງ ຕອນບ່າຍ ຕອນແລງ ທ່ຽງ ສວາຍ ຫຼັງທ່ຽງ "
        "ແລງ ཕྱིཆ ཕྱིདྲོ ညနေ တလ တွၼ်ႈလႃႈ နေ့လယ် မွန်းတည့် ნაშუადღ ნაშუადღევი ნაშუადღევს საღ საღამო საღამოს "
        "შუადღ შუადღე შუადღეს ሓቆስርምዕል ምሴት ምሽት ቀትር ቃማ በምሽት ከሰዓት ድቀ ፋዱስደምቢ ᏒᎯᏱᎢ ᏒᎯᏱᎢᏗᏢ ᐲᒼ ថ្ងៃត្រង់ នៅពេលយប់ "
        "នៅពេលរសៀល នៅពេលល្ងាច យប់ រសៀល ល្ងាច ᠦᠬᠣ ᱧᱤᱫᱟᱹ ḍeffiraza ọ̀sán ⲙⲙ ⵜⴰⴷⴳⴳⵡⴰⵜ 下午 下昼 下晝 傍晚 午後 夕方 夜晚 夜间 晚上 "
        "ꁯꋒ 오후 저녁 𞤩𞤰 "
    ),
    "0-12": (
        "1ka aadhiraat aamu aamulla aamup aamupäivä aamupäivällä adduha ag alfajiri am amvormittag an "
        "ankstāinan antemidí ap aqʼabʼil asubuhi atm aðmorgni aðnóttu banhaet bn bore braxkndaax canolnos "
        "comme damadrugada damanhã damañá de delamadrugada delamañana delanuit delmatin dienag dieoggend "
        "dimattina dimineața dinda dinotte dop dopol dopoldan dopoldne dopoledne dopoludnia dopoludnie "
        "dopołdnja dopołedniŏ dumat dumatin délelőtt ekuseni emesnatës emëngjesit enatës entathakusa "
        "eparadites eqʼ ertalab fh fm form formiddag förm förmiddag fọmọ́nin gauerdia geceyarısı gecə "
        "gecəyarı gh goiz goiza goizald goizaldea goizaldeko goizeko goöň göň günortadanöň hajnal hatinggabi "
        "hengihengi hh hommik hommikul hoseng iarmade ib ibikɛ̂glà icheheavo idiɓa im inthemorning "
        "iđitbeaivet iđitbeaivi jut jutro kangama karoon keskiyö keskiyöllä kesköö keskööl ki kiroko kiɛmɛ́ɛm "
        "krn kíkíríg kĩroko lamiezulnopții lb leebi lumalwak lwamilawu ma madalingaraw madrugada makeo mambia "
        "manhã maná mat matin matinada mattina matí mañana mañá mbaʼámbaʼ mbaꞌmbaꞌ medianoite meianoite "
        "mesnatë mesong mezzanotte middernacht middernag midn midnat midnatt midnight miezulnopții min minuit "
        "mitjanit mitternacht miðnætti moies morg morgen morgens morgon morgunn morning muhi munkyo mëngjes "
        "nacht nachts nag naktis nat natt natë nd ngumaga norīta notte ntɔ́ngɔ́ nótt nụtụtụ nửađêm ochtend od "
        "oggend omformiddagen ommorgenen omnatten opensuno opoln opolnoci opolnoči opółnocy pagi pagisiang "
        "pamilau paradite pd pg pgsg piopensuno poln polnoc polnoč ponoć priekšp priekšpusdiena "
        "priekšpusdienā priešpiet prijepodne przedpołudnie przedpołudniem prīškpušdīnē pusnakts pusnaktī "
        "påformiddagen påförm påförmiddagen påmorg påmorgenen påmorgonen pånatta pånatten północ půln půlnoc "
        "rano reggel rn rw rytas ráno rīts rũ sa saaku saasitazausiku sabah safiya sf snachts sochtends "
        "sokallim soodo sub subah subaka subbaahi sáng sárúwá sübh səhər taparachu tengahmalam tesiran tifawt "
        "to too uhrvörmiddaachs ujutro ujutru ulloqeqqatatungaa uluchelo umaga utuko vaasisu vidurnaktis vm "
        "vorm vormittag vormittags vörmeddaach wd wichishu yarimtun yb ybore zdatazal zjut zjutraj zmu àárɔ̀ "
        "àárọ̀ ç̌um ç̌umaneri éjfél öö öğledenönce ĩyakwakya ŋdi ǁgoagas ɛnkakɛnyá ʊshilèkʊboɖu πμ πρωί "
        "τοπρωί ϧⲙ ам апоўначы дп ку наутро ночі ноќ ноќе ніч обедтэикеле полн полночь полноќ полунощ поноћ "
        "преподне претпл претпладне пријеподне північ ранку ранок сутринта сүбһ сәһәр таң таңкы таңғы то тң "
        "түнжарымы түнортосу утра утро ујутру шөнөдунд эи эрталаб эртеңменен яримтун јутро ҝеҹә ҝеҹәјары үө "
        "ӕмбисбоныразмӕ өглөө առավոտ առավոտյան գիշեր գիշերը գիշերվա կեսգիշեր կեսգիշերին בבוקר בוקר חצות לפנהצ "
        "לפנותבוקר פֿאַרמיטאָג ءتۇنجارىمى آدھیرات اm اےایم بامداد بن تاڭ تاڭعى تد ص صباحا صباحًا صبح "
        "صبحمنجهند صبحمیں عم غم فجرًا قبلازظهر قظ ليلاً منتصفالليل نیمهشب پظ پیشزظهر چب چۈشتىنبۇرۇن ܩܛ एएम "
        "तडके दुपहरब्रोंठ पहाट पू पूर्वान्ह पूर्वाह्न फुं बिहान भोर भ्यागा मध्यरात मध्यरात्र मध्यरात्रि येएम "
        "सकाळ सकाळीं सबेरे सवेर सुबह सुबुहजा এএম দিনের নুমাং পূর্বাহ্ণ পূর্বাহ্ন পূৰ্বাহ্ন ভোর ভোরবেলায় সকাল "
        "সকালবেলায় ਅੱਧੀਰਾਤ ਪੂਦੁ ਸਵੇਰੇ ઉપૂ મધ્યરાત્રિ સવાર સવારે ଏଏମ அதிகாலை காலை நள்ளிரவு முப முற்பகல் "
        "అర్ధరాత్రి ఉదయం ఎఎమ్ పూర్వాహ్నం ಪೂರ್ವಾಹ್ನ ಬೆಳಗ್ಗೆ ಮಧ್ಯರಾತ್ರಿ അർദ്ധരാത്രി പുലർച്ചെ രാവിലെ උදේ පාන්දර "
        "පෙව මැදියම මැදියමටපසු ก่อนเที่ยง ตอนเช้า เที่ยงคืน ในตอนเช้า ກ່ອນທ່ຽງ ຕອນເຊົ້າ ທ່ຽງຄືນ ເຊົ້າ སྔཆ "
        "སྔདྲོ တွၼ်ႈၸဝ်ႉ တၸ နံနက် သန်းခေါင်ယံ დილ დილა დილით დილის შუაღამე შუაღამეს ሌሊት ማለዶ ቀደምሰርምዕል ቅቀ በሌሊት "
        "እኩለሌሊት ጥዋት ጽባሕ ፋዱስጃብ ᏌᎾᎴ ᐁᒼ ᐊᒼ នៅពេលព្រឹក ព្រឹក អធ្រាត្រ ᠦᠥ ᱥᱮᱛᱟᱜ ⵜⵉⴼⴰⵡⵜ 上午 上昼 上晝 凌晨 午前 早上 早晨 朝 清晨 "
        "真夜中 ꎸꄑ 새벽 아침 오전 𞤢𞤰 "
    ),
    "0-6 21-24": ("gece noc noć noću wnocy ноћ ноћу түн түнгі түничинде шөнө ءتۇن تۇنگى రాత్రి ರಾತ್ರಿ กลางคืน "),
    "0-4 20-24": "night raat βράδυ τοβράδυ رات راتمیں रात রাত্রি রাত্রিবেলায় રાત્રિ રાત્રે",
    "0-4 21-24": "ponoći éjjel đêm रात्र ਰਾਤ ਰਾਤੀਂ",
    "0-4 22-24": "vnoci ночи ночь презнощта 深夜",
    "0-6 22-24": "kechasi noč ponoči кечаси",
    "0-5 21-24": "ღამ ღამე ღამით",
    "0-3 22-24": "בלילה לילה",
    "0-4 18-24": "夜 밤",
    "0-5 20-24": "ກາງຄືນ ຕອນກາງຄືນ",
    "0-5 22-24": "noaptea 半夜",
    "0-5 23-24": "yöllä öösel",
    "0-6 23-24": "nakts naktī",
    "11-15": "中午 점심",
    "11-18": "kunduzi кундузи",
    "0-1 19-24": "danoite",
    "0-2 23-24": "午夜",
    "0-3 19-24": "രാത്രി",
    "0-3 21-24": "இரவு",
    "0-4 19-24": "usiku",
    "0-4 23-24": "夜中",
    "10-13": "emini",
    "10-15": "siang",
    "11-14": "наобяд",
    "11-16": "昼",
    "11-17": "낮",
}
# Further names of days, each by its letters only: one line a day, Monday first.
_MORE_WEEKDAYS = (
    (
        "is isn isnin lu m må pon pzt sen som somwaar t2 thứ2 إثنين اثنين دوشنبه ۲ش सो सोम सोमवार จ ຈ ຈັນ "
        "ວັນຈັນ တနင်္လာ လာ ច ចន្ទ ច័ន្ទ 禮拜一"
    ),
    (
        "mangal mangalwaar sal se sel t3 thứ3 tu wt wto ثلاث ثلاثاء سهشنبه ۳ش मं मंगल मंगलवार อ ວັນອັງຄານ ອ "
        "ອັງຄານ ဂါ အင်္ဂါ អ អង្គារ 禮拜二"
    ),
    (
        "bu budh budhwaar me miy miyerkules on rab t4 thứ4 w we ça çar śr śro أربعاء رابو چهارشنبه ۴ش बु बुध "
        "बुधवार พ ພ ພຸດ ວັນພຸດ ဗုဒ္ဓဟူး ဟူး ពុ ពុធ 禮拜三"
    ),
    (
        "czw gu guru guruwaar huw huwebes je kam kh kha khamis pe per t5 th thứ5 خميس پنجشنبه ۵ش गु गुरु "
        "गुरुवार พฤ พฤหัส ພຫ ພະຫັດ ວັນພະຫັດ ကြာသပတေး တေး ព្រ ព្រហ ព្រហស្បតិ៍ 禮拜四"
    ),
    (
        "biy biyernes cu cum f jum jumaat pią shu shukra shukrawaar t6 thứ6 ve vi пʼятниця ج جمعة جمعه शु "
        "शुक्र शुक्रवार ศ ວັນສຸກ ສຸ ສຸກ ကြာ သောကြာ សុ សុក្រ 禮拜五"
    ),
    (
        "cmt ct lö sabado sha shani shaniwaar sob sá t7 thứ7 سبت سبتو ش شنبه श शनि शनिवार ส ວັນເສົາ ສ ເສົາ "
        "စနေ နေ ស សៅរ៍ 禮拜六"
    ),
    (
        "ah ahad ahd cn lin linggo min nie niedz pa paz ravi raviwaar sö нд أحد احد یکشنبه ۱ش र रवि रविवार อา "
        "ວັນອາທິດ ອາ ອາທິດ တနင်္ဂနွေ နွေ អា អាទិត្យ 周天 礼拜日 禮拜日 週天"
    ),
)


def _hours(ranges: str) -> frozenset[int]:
    bounds = (part.split("-") for part in ranges.split())
    return frozenset(hour for first, after in bounds for hour in range(int(first), int(after)))


HOURS_OF: Mapping[str, frozenset[int]] = {
    word: _hours(ranges) for ranges, words in _PARTS_OF_THE_DAY.items() for word in words.split()
}
# By the letters of the names only (`bare_word`), as they stand beside a date in a chat log.
WEEKDAY_OF: Mapping[str, int] = MappingProxyType(
    {bare_word(name): day for name, day in WEEKDAYS.items()}
    | {word: day for day, words in enumerate(_MORE_WEEKDAYS) for word in words.split()}
)
