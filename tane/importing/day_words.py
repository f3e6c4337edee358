"""Words of many languages that stand beside a clock or a date: parts of the day, and days of the week.

From CLDR (Babel 2.19.0): the names of AM, PM and the parts of the day in all languages with all their countries, of
weekdays in 26; with a few of older phones. Each is folded as `folded` does: letters only, in lower case. A word
whose hours all lie before or after noon means that half of the day; one that decides nothing is left out.
"""

import unicodedata
from collections.abc import Mapping

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
# Monday first.
_WEEKDAYS = (
    (
        "is isn isnin lu lun lundi lunedì lunes m maandag mo mon monday montag må mån måndag pazartesi pon "
        "poniedziałek pzt seg segunda segundafeira sen senin som somwaar t2 thứ2 thứhai пн понедельник "
        "понеділок إثنين اثنين الاثنين دوشنبه ۲ش सो सोम सोमवार จ จันทร์ วันจันทร์ ຈ ຈັນ ວັນຈັນ တနင်္လာ လာ ច "
        "ចន្ទ ច័ន្ទ 一 周一 星期一 月 月曜日 礼拜一 禮拜一 週一 월 월요일 "
    ),
    (
        "dienstag dinsdag mangal mangalwaar mar mardi martedì martes sal salı se sel selasa t3 ter terça "
        "terçafeira thứ3 thứba ti tis tisdag tu tue tuesday wt wto wtorek вт вторник вівторок الثلاثاء ثلاث "
        "ثلاثاء سهشنبه ۳ش मं मंगल मंगलवार วันอังคาร อ อังคาร ວັນອັງຄານ ອ ອັງຄານ ဂါ အင်္ဂါ អ អង្គារ 二 周二 星期二 火 "
        "火曜日 礼拜二 禮拜二 週二 화 화요일 "
    ),
    (
        "bu budh budhwaar me mer mercoledì mercredi mi mittwoch miy miyerkules mié miércoles on ons onsdag "
        "qua quarta quartafeira rab rabu t4 thứ4 thứtư w we wed wednesday wo woensdag ça çar çarşamba śr śro "
        "środa середа ср среда أربعاء الأربعاء رابو چهارشنبه ۴ش बु बुध बुधवार พ พุธ วันพุธ ພ ພຸດ ວັນພຸດ "
        "ဗုဒ္ဓဟူး ဟူး ពុ ពុធ 三 周三 星期三 水 水曜日 礼拜三 禮拜三 週三 수 수요일 "
    ),
    (
        "czw czwartek donderdag donnerstag gio giovedì gu guru guruwaar huw huwebes je jeu jeudi jue jueves "
        "kam kamis kh kha khamis pe per perşembe qui quinta quintafeira t5 th thu thursday thứ5 thứnăm to "
        "tors torsdag четвер четверг чт الخميس خميس پنجشنبه ۵ش गु गुरु गुरुवार พฤ พฤหัส วันพฤหัสบดี ພຫ ພະຫັດ "
        "ວັນພະຫັດ ကြာသပတေး တေး ព្រ ព្រហ ព្រហស្បតិ៍ 周四 四 星期四 木 木曜日 礼拜四 禮拜四 週四 목 목요일 "
    ),
    (
        "biy biyernes cu cum cuma f fr fre fredag freitag fri friday jum jumaat jumat pią piątek sex sexta "
        "sextafeira shu shukra shukrawaar t6 thứ6 thứsáu ve ven vendredi venerdì vi vie viernes vr vrijdag "
        "пʼятниця пт пятница الجمعة ج جمعة جمعه शु शुक्र शुक्रवार วันศุกร์ ศ ศุกร์ ວັນສຸກ ສຸ ສຸກ ကြာ သောကြာ "
        "សុ សុក្រ 五 周五 星期五 礼拜五 禮拜五 週五 金 金曜日 금 금요일 "
    ),
    (
        "cmt ct cumartesi lö lör lördag sab sabado sabato sabtu sam samedi samstag sat saturday sha shani "
        "shaniwaar sob sobota sá sáb sábado t7 thứ7 thứbảy za zaterdag сб суббота субота السبت سبت سبتو ش "
        "شنبه श शनि शनिवार วันเสาร์ ส เสาร์ ວັນເສົາ ສ ເສົາ စနေ နေ ស សៅរ៍ 六 周六 土 土曜日 星期六 礼拜六 禮拜六 週六 토 토요일 "
    ),
    (
        "ah ahad ahd chủnhật cn dim dimanche dom domenica domingo lin linggo min minggu nie niedz niedziela "
        "pa paz pazar ravi raviwaar sonntag su sun sunday sö sön söndag zo zondag воскресенье вс нд неділя "
        "أحد احد الأحد یکشنبه ۱ش र रवि रविवार วันอาทิตย์ อา อาทิตย์ ວັນອາທິດ ອາ ອາທິດ တနင်္ဂနွေ နွေ អា "
        "អាទិត្យ 周天 周日 日 日曜日 星期天 星期日 礼拜日 禮拜日 週天 週日 일 일요일 "
    ),
)


def folded(word: str) -> str:
    """Return the letters of a word in lower case: `p. m.` and `PM` are one."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    return "".join(char for char in plain if unicodedata.category(char)[0] in "LMN")


def _hours(ranges: str) -> frozenset[int]:
    bounds = (part.split("-") for part in ranges.split())
    return frozenset(hour for first, after in bounds for hour in range(int(first), int(after)))


HOURS_OF: Mapping[str, frozenset[int]] = {
    word: _hours(ranges) for ranges, words in _PARTS_OF_THE_DAY.items() for word in words.split()
}
WEEKDAY_OF: Mapping[str, int] = {word: day for day, words in enumerate(_WEEKDAYS) for word in words.split()}
