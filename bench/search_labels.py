"""Everyday queries about the demo's dialogues, with the utterances that answer them; written before any answer of the search was seen.

They name what is meant in other words than the dialogues do. What has no answer anywhere stands under NONSENSE.
"""

ANSWERS = {
    "ja": {
        "晩酌をすると夜中に目が開いてしまうわけ": {"d14-006"},
        "検査で引っかかっても病気とは限らない": {"d06-004"},
        "ひざを痛めたあとのジョギングの再開のしかた": {"d21-006"},
        "お漬物の床から除光液のような臭いがする": {"d25-001", "d25-002"},
        "物忘れがひどくなった親のことをどこに相談すればいいか": {"d07-007"},
        "読んだ内容をすぐ忘れてしまう": {"d12-001", "d12-004"},
        "田舎に移り住む前に試しに滞在する": {"d17-008", "d20-003"},
        "お金が貯まる人のやり方": {"d08-002", "d08-005"},
        "気まぐれに失敗する自動テストの扱い": {"d22-003", "d22-007"},
        "リモートだと人と話さなくて寂しい": {"d15-006", "d15-007"},
    },
    "en": {
        "feeding the bread yeast in the jar": {"e02-005", "e02-007"},
        "grandad refuses to get something for his hearing": {"e03-005"},
        "a warning for when no new customers are registering": {"e04-003", "e04-005"},
        "how to revise so that it sticks for the exam": {"e05-004", "e05-006"},
        "the customer can't explain what he wants from the design": {"e06-001", "e06-004"},
        "sharing household chores fairly": {"e07-003", "e07-005"},
        "what to say at a friend's wedding": {"e08-004", "e15-004"},
        "itchy mouth from nuts because of hay fever": {"e09-005"},
        "our estimates are always too optimistic": {"e10-008", "e10-010"},
        "making up with a friend after months of silence about money": {"e11-001", "e11-003"},
    },
}
NONSENSE = (
    "xqzvw kjhgfd bnmpt",
    "asdf qwer zxcv",
    "9f8e7d6c5b4a",
    "。。。、、！？",
    "!!! ??? ...",
    "🙃🙃🙃",
    "ぬぽがげほ ぺぽらちょ",
    "ギャポリンヌ ゾベッタ",
    "бвгджз клмнпр",
    "ㅁㄴㅇㄹ ㅋㅌㅊㅍ",
    "灘魍禰 鬮黌鑿",
    "the offside rule in water polo",
    "lattice gauge coupling in quantum chromodynamics",
    "マンモスの骨格標本の関税率",
    "競馬の三連単の払戻金",
    # Written after the thresholds were set, to see whether they hold.
    "plmok nijbuh vygctf",
    "zzxx ccvv bbnn",
    "0x7f3a9c 4411 zq",
    "・・・／／＿＿",
    "<<>> {{}} ;;",
    "へぽぬら ぎゃむにょ",
    "ズベロンガ ミャポキア",
    "сдлкф ъыжэ",
    "ㅎㅁㅅ ㅑㅐㅔ",
    "鑞鬘 驤龕",
    "ballistics of medieval trebuchets",
    "the migration of Arctic terns",
    "半導体の露光装置の波長",
    "古代エジプトのミイラの作り方",
    "Formula One tyre regulations",
)
