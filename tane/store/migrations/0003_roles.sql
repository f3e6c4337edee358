-- Roles that Japanese conversations need (B11), so that a fresh Tane can classify at once.
-- They are the owner's from here on: `tane roles` adds, renames and removes them.
INSERT INTO utterance_roles (utterance_role_name, description) VALUES
    ('質問', '知らないことを尋ねる'),
    ('相談', '迷いや悩みを打ち明けて助言を求める'),
    ('説明', '物事の仕組みや理由を述べる、尋ねられたことに答える'),
    ('主張', '自分の意見や判断を言い切る'),
    ('提案', 'こうしてはどうかと勧める'),
    ('依頼', '相手に何かをしてほしいと頼む'),
    ('報告', '起きたことや進み具合を伝える'),
    ('感想', '感じたことや気持ちを述べる'),
    ('回想', '昔のことを思い出して語る'),
    ('計画', 'これからすることや予定を述べる'),
    ('同意', '相手の言葉に賛成する'),
    ('反論', '相手の言葉に異を唱える'),
    ('挨拶', '挨拶やお礼'),
    ('雑談', 'ほかのどれでもない軽いやりとり')
ON CONFLICT (utterance_role_name) DO NOTHING;
