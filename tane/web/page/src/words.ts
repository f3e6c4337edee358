// What the page says, in both languages.

import { NAMES as DOMAIN } from './domain';

const WORDS = {
  ja: {
    atlas: '全体図', global: 'どの話題にも入らないもの', map: '地図', list: '一覧', search: '検索', searchHint: '言葉で探す（/ キー）',
    byMeaning: '意味', byMeaningHint: '言葉ではなく意味で探す', languageCode: 'en', languageShort: 'EN', utterance: '発話', seed: '種', cluster: '話題', themes: '話題',
    filters: '絞り込み', kinds: '種類', sort: '役割・種別', speaker: '話し手', all: 'すべて', colour: '色分け', time: '時期',
    score: 'スコア', from: 'から', to: 'まで', reset: '元に戻す', close: '閉じる', open: 'この話題の地図を開く',
    source: 'もとの発話', sources: 'もとの発話', grounding: '裏付け', neighbours: '近いもの', members: '含まれる種',
    children: '中の話題', averages: '平均', seeds: '取り出された種', role: '役割', scores: 'スコア', more: '続きを表示',
    nothing: '見つかりませんでした。', empty: 'まだ何もありません。', emptyHow: '「tane import ファイル」で取り込み、「tane run」を動かすと、ここに育ちます。',
    loading: '読み込んでいます…', away: '接続できません。再接続しています…', points: '点', hits: '件',
    token: 'このサーバーのトークン', tokenWhy: 'tane web --print-url が表示するアドレスを開くか、そのトークンを入れてください。', enter: '入る', wrong: 'トークンが違います。',
    accept: '採用', reject: '却下', edit: '直す', rename: '名前を変える', pin: '名前を固定', unpin: '固定を外す', save: '保存', cancel: 'やめる',
    accepted: '採用済み', edited: '修正済み', rejected: '却下済み', auto: '未確認', sourceChanged: 'もとの発話が後から変わりました。',
    newItem: '新しい項目が届きました', status: '状態', theme: '明暗', language: 'English', fit: '全体を見る',
    noWebgl: 'このブラウザでは WebGL 2 が使えないため、一覧で表示しています。', lasso: '囲んで選ぶ',
    lassoHint: 'ドラッグで囲んでください', selected: '選んだもの', provisional: '仮の位置（夜に置き直されます）',
    builtinVectors: 'ベクトルは組み込みのエンコーダーが作っています。ホストに paraphrase-multilingual などのモデルを置くと、意味の細かな違いまで読み分けます。', builtinOffer: 'ベクトルは組み込みのエンコーダーが作っています。ホストには別のモデルがあります。`tane db reembed` で切り替えられます。',
meaningOff: '意味での検索は今は使えません', failed: 'うまくいきませんでした', queue: '待ち行列', models: 'モデルサーバー', night: '夜の処理',
    ok: '正常', degraded: '注意', unready: '準備中', dead: '停止', waiting: '待ち', running: '実行中', done: '完了', scheduled: '予定', cancelled: '取消', queued: '待ち',
    changed: '変わった考え', before: '以前', after: '今', openQuestions: 'まだ開いている問い', withoutTextModel: '文章のモデルを入れると、変わった考えと、まだ開いている問いも出ます。', recurring: '繰り返し戻る話題', newSince: '前回から新しいもの', days: '日',
    keys: '/ 検索 · Esc 閉じる · L 一覧 · 0 全体 · + − 拡大縮小 · ←↑→↓ 隣の点へ · Enter 話題を開く', ago: '前回成功',
    ...DOMAIN.ja,
    details: '詳しく', newMap: '夜の処理が終わり、新しい地図になりました', gone: 'もうありません。', reports: '最近の夜', deadJobs: '失敗した仕事と原因', deadJob: '失敗', noNight: '夜の処理はまだありません。',
    noJobs: '仕事はありません。', left: '残り', before2: '…前', coverage: '話題に入った種', kept: '引き継ぎ', new: '新規', lost: '消滅', past: '過去', future: '未来',
    without: '値なし', least: '下限', most: '上限', down: '応答なし', missing: 'モデルなし', published: '完了', partial: '一部完了', requested: '依頼済み',
    skipped: '見送り',
    views: '画面', recap: 'まとめ', thisMorning: '今朝', article: '記事', talk: '自分の話', articles: '記事', both: '両方', original: '元の記事を開く',
    theWeek: 'この一週間', theDays: 'この%日間', editions: 'これまでの号', earlier: '← 前の号', later: '次の号 →', whatIsRead: '何を読んだまとめか',
    leading: 'おもな話', further: 'ほかの話', byGenre: '分野ごとに', unchanged: 'ほかに%件の話が、変わりなく続いています。',
    storyNew: '新しい話', storyContinued: '続報（新たに%本）', storyQuiet: '動きなし', documentsOf: '%本', publishersOf: '%か所から', storiesOf: '%件の話', groupsOf: '%件',
    sameSaid: '同じ内容がほかに%件', unverified: '未確認', unverifiedWhy: '出典が本当にそう述べているか、確かめられませんでした。',
    sourceDeleted: '出典は削除されました', citedChanged: '出典はその後、書き換えられています',
    noRecap: 'まだ、まとめはありません', noRecapHow: '一週間に話したことと、読んでいる記事から、週に一度ここに作られます。記事は「tane feeds add アドレス」で加えられます。',
    noMorning: '今朝の号はまだありません', noMorningHow: '毎朝、前の日からの記事と自分の話が、同じ話題ごとにまとまってここに出ます。記事は「tane feeds add アドレス」で加えられます。',
    nothingNew: 'この期間に、新しい話はありませんでした。', makeRecap: 'いま作る', recapAsked: 'まとめを頼みました。Tane が動いていれば、まもなく始まります。', recapRunning: 'まとめを作っています…',
    readAll: '読んだもの: %本', readTalk: '自分の話 %件から。', readArticles: '記事 %本から。', readBoth: '記事と自分の話、合わせて%本から。', foldedStories: '分野の中に収めた話: %件',
    aboutRecap: 'このまとめについて', citeHow: '文の下の番号を押すと、もとの文がここに開きます。', whatWasRead: '読んだもの', saveMarkdown: 'Markdown で保存', saveHtml: 'HTML で保存',
    aboutMorning: 'この号について', morningHow: '前の日からの一日ぶんを、同じことを伝えるものどうしでまとめています。見出しを押すと、全文がここに開きます。',
    newArticles: '届いた記事', noArticles: 'この一日に届いた記事はありません。', ownTalk: '前の日の自分の話', noTalk: 'この一日に話したことはありません。', onTheSame: '同じ話題がほかに%件',
  },
  en: {
    atlas: 'Atlas', global: 'Outside all clusters', map: 'Map', list: 'List', search: 'Search', searchHint: 'Search by words (press /)',
    byMeaning: 'Meaning', byMeaningHint: 'Search by meaning instead of words', languageCode: 'ja', languageShort: '日本', utterance: 'Utterance', seed: 'Seed', cluster: 'Cluster', themes: 'Themes',
    filters: 'Filter', kinds: 'Kind', sort: 'Role or kind of seed', speaker: 'Speaker', all: 'All', colour: 'Colour by', time: 'Time',
    score: 'Score', from: 'from', to: 'to', reset: 'Reset', close: 'Close', open: 'Open the map of this cluster',
    source: 'Said in', sources: 'Said in', grounding: 'Grounding', neighbours: 'Near it', members: 'Seeds in it',
    children: 'Clusters within', averages: 'Averages', seeds: 'Seeds taken from it', role: 'Role', scores: 'Scores', more: 'Show more',
    nothing: 'Nothing was found.', empty: 'There is nothing yet.', emptyHow: 'Import a file with “tane import FILE” and let “tane run” work: it grows here.',
    loading: 'Loading …', away: 'No connection. Trying again …', points: 'points', hits: 'hits',
    token: 'Token of this server', tokenWhy: 'Open the address that “tane web --print-url” prints, or enter its token.', enter: 'Enter', wrong: 'That is not the token.',
    accept: 'Accept', reject: 'Reject', edit: 'Edit', rename: 'Rename', pin: 'Pin the name', unpin: 'Unpin', save: 'Save', cancel: 'Cancel',
    accepted: 'accepted', edited: 'edited', rejected: 'rejected', auto: 'not reviewed', sourceChanged: 'Its utterance has changed since.',
    newItem: 'A new item has arrived', status: 'Status', theme: 'Light or dark', language: '日本語', fit: 'See all',
    noWebgl: 'This browser has no WebGL 2; here is the same as a list.', lasso: 'Lasso',
    lassoHint: 'Drag around what you want', selected: 'Selected', provisional: 'Provisional place, until the night',
    builtinVectors: 'The built-in encoder makes the vectors. A model on the host, such as paraphrase-multilingual, tells finer differences of meaning.', builtinOffer: 'The built-in encoder makes the vectors. The host has another model: `tane db reembed` changes to it.',
meaningOff: 'Search by meaning is not available now', failed: 'That did not work', queue: 'Queue', models: 'Model server', night: 'Night',
    ok: 'well', degraded: 'degraded', unready: 'not ready', dead: 'dead', waiting: 'waiting', running: 'running', done: 'done', scheduled: 'scheduled', cancelled: 'cancelled', queued: 'queued',
    changed: 'Changed minds', before: 'before', after: 'now', openQuestions: 'Questions still open', withoutTextModel: 'With a text model, changed minds and open questions would stand here, too.', recurring: 'What comes back', newSince: 'New since the last visit', days: 'days',
    keys: '/ search · Esc close · L list · 0 see all · + − zoom · ←↑→↓ next point · Enter open cluster', ago: 'last success',
    ...DOMAIN.en,
    details: 'Details', newMap: 'The night has made a new map', gone: 'It is not there any more.', reports: 'Last nights', deadJobs: 'Dead jobs and why',
    deadJob: 'dead', noNight: 'There was no night yet.', noJobs: 'There are no jobs.', left: 'left', before2: '… ago',
    coverage: 'seeds in clusters', kept: 'kept', new: 'new', lost: 'gone', past: 'past', future: 'future', without: 'without',
    least: 'least', most: 'most', down: 'does not answer', missing: 'model missing', published: 'published', partial: 'published in part',
    requested: 'requested', skipped: 'skipped',
    views: 'Views', recap: 'Recap', thisMorning: 'This morning', article: 'Article', talk: 'Own talk', articles: 'Articles', both: 'Both', original: 'Open the original',
    theWeek: 'The week', theDays: 'The last % days', editions: 'Earlier editions', earlier: '← Earlier', later: 'Later →', whatIsRead: 'What it was made from',
    leading: 'Leading stories', further: 'Further stories', byGenre: 'By subject', unchanged: '% more continue unchanged.',
    storyNew: 'New', storyContinued: 'Continued, % new', storyQuiet: 'Nothing new', documentsOf: '% documents', publishersOf: '% sources', storiesOf: '% stories', groupsOf: '% subjects',
    sameSaid: '% more say the same', unverified: 'unverified', unverifiedWhy: 'Whether its source really says so could not be checked.',
    sourceDeleted: 'Its source was deleted', citedChanged: 'Its source has been reworded since',
    noRecap: 'There is no recap yet', noRecapHow: 'Once a week it is made here, out of what you said and of the articles that you read. “tane feeds add ADDRESS” adds some.',
    noMorning: 'There is no morning yet', noMorningHow: 'Every morning, the articles and your own talk of the day before stand here, grouped by subject. “tane feeds add ADDRESS” adds articles.',
    nothingNew: 'There was nothing new in these days.', makeRecap: 'Make one now', recapAsked: 'It is asked for. If Tane is running, it begins in a moment.', recapRunning: 'The recap is being made …',
    readAll: '% documents read', readTalk: 'Out of % conversations of your own.', readArticles: 'Out of % articles.', readBoth: 'Out of % articles and conversations.', foldedStories: '% stories stand within their subjects',
    aboutRecap: 'About this recap', citeHow: 'A number below a sentence opens the words that it was taken from, here.', whatWasRead: 'What was read', saveMarkdown: 'Save as Markdown', saveHtml: 'Save as HTML',
    aboutMorning: 'About this edition', morningHow: 'What came within a day, put together where it tells the same. A headline opens the whole text here.',
    newArticles: 'New articles', noArticles: 'No articles came within this day.', ownTalk: 'Your talk of the day before', noTalk: 'You said nothing within this day.', onTheSame: '% more on the same',
  },
};

// Names that the server says, where they read otherwise than the words above.
const NAMES = {
  ja: {
    failed: '失敗', 'stand-in': '規則による代役（品質の証拠にはなりません）', utterance_role: '役割の判定', embedding: 'ベクトル', embedding_utterance: '発話のベクトル',
    cluster_body: '話題の命名', recap_section: 'まとめの節', recap_tie_break: 'ジャンルの決定', questions: '発話への問い', other: 'その他',
    ...Object.fromEntries(Object.entries(DOMAIN.ja).map(([kind, word]) => [`did_asked_${kind}`, `種の抽出：${word}`])),
  },
  en: { failed: 'failed', 'stand-in': 'a stand-in by rules, no evidence of quality' },
};

// Why a recap says something in other words, leaves something out, or says nothing; the server names the reason.
const REASONS: Record<keyof typeof WORDS, Record<string, string>> = {
  ja: {
    no_model: '文章を書くモデルがまだないので、元の文をそのまま載せています。', model_failed: '文章を書くモデルが応答しなかったので、元の文をそのまま載せています。',
    over_budget: '時間の上限に達したので、元の文をそのまま載せています。', nobody_at_work: '仕事をする Tane が動いていなかったので、元の文をそのまま載せています。',
    gate: 'モデルの文が出典で裏付けられなかったので、元の文をそのまま載せています。', forgotten: 'もとになったものが削除されました。', own_words: '元の文のまま',
    no_vectors: 'まだ意味を比べられるものがありません。「tane run」を動かしてください。', no_documents: 'この期間に読むものがありませんでした。', nothing_to_recap: '新しく伝えることはありませんでした。', nothing_to_cite: '引けるほど長い文がありませんでした。',
    nothing_new: '新しく伝えることはありませんでした。', failed: 'まとめを作れませんでした。', cancelled: 'まとめは取り消されました。', skipped: '新しく伝えることはありませんでした。',
    near_duplicate: 'ほぼ同じ内容', exact_duplicate: '同じ内容', over_limit: '上限を超えたもの', outlier: '分野から外れたもの', too_short: '短すぎるもの', empty: '本文がないもの', not_text: '文章ではないもの', no_sentences: '引用できる文がないもの',
    source: '出典の言い方ではないため、元の文のまま', contradicted: '出典と食い違うため、元の文のまま', language: '言語が違うため、元の文のまま', unsupported: '出典にないため、元の文のまま', repetition: '繰り返しのため、元の文のまま',
    no_citation: '出典が示されなかったため、元の文のまま', unknown_citation: '出典が示されなかったため、元の文のまま', figure: '数字が出典にないため、元の文のまま', name: '名前が出典にないため、元の文のまま',
  },
  en: {
    no_model: 'There is no text model yet: these are the sources’ own sentences.', model_failed: 'The text model did not answer: these are the sources’ own sentences.',
    over_budget: 'Time ran out: these are the sources’ own sentences.', nobody_at_work: 'Tane was not at work: these are the sources’ own sentences.',
    gate: 'What the model wrote was not borne out by the sources: these are their own sentences.', forgotten: 'What it was made from was deleted.', own_words: 'in its own words',
    no_vectors: 'There is nothing yet whose meaning could be compared: let “tane run” work.', no_documents: 'There was nothing to read in these days.', nothing_to_recap: 'There was nothing new to tell.', nothing_to_cite: 'No document had a sentence long enough to be cited.',
    nothing_new: 'There was nothing new to tell.', failed: 'The recap could not be made.', cancelled: 'The recap was cancelled.', skipped: 'There was nothing new to tell.',
    near_duplicate: 'nearly the same as another', exact_duplicate: 'the same as another', over_limit: 'beyond the limit', outlier: 'off the subject', too_short: 'too short', empty: 'without text', not_text: 'no prose', no_sentences: 'without a sentence to cite',
    source: 'the source’s own words: its speaker was another', contradicted: 'the source’s own words: the model’s contradicted it', language: 'the source’s own words: the model’s were in another language', unsupported: 'the source’s own words: the model’s were not borne out', repetition: 'the source’s own words: the model’s repeated others',
    no_citation: 'the source’s own words: the model named none', unknown_citation: 'the source’s own words: the model named none', figure: 'the source’s own words: a figure was not in it', name: 'the source’s own words: a name was not in it',
  },
};

// What is wrong and what helps, in Japanese; the server says it in English.
const TROUBLES: Record<string, string> = {
  stopping: '停止中です。仕事が終わるまでお待ちください。', starting: '起動中です。待ち行列をまだ読んでいません。',
  not_claiming: '待ち行列が読まれていません。データベースのロックを調べるか、再起動してください。',
  claims_late: '待ち行列の読み取りが遅れています。データベースの負荷とロックを調べてください。',
  database_silent: 'データベースの応答がありません。負荷とロックを調べてください。', database_unreachable: 'データベースに接続できません。起動するか、database.url を直してください。',
  schema_mismatch: 'データベースの版が合いません。「tane db migrate」を実行するか、Tane を更新してください。',
  model_missing: 'モデルがありません。「tane status」が名前と、すべきことを教えます。',
  model_server_down: 'モデルサーバーが応答しません。起動するか、llm.url を直してください。仕事はそのまま待ちます。',
  model_unfit: 'モデルの応答が使えません。「tane doctor」で原因がわかります。仕事はそのまま待ちます。',
  replies_unusable: 'モデルの返答の多くが使えませんでした。「tane doctor」で確かめるか、より大きなモデルを指定してください。',
  dead_jobs: '失敗した仕事があります。「tane dead」で一覧と原因を見られます。', paused: '止めてある仕事があります。「tane resume」で再開します。',
  night_failed: '夜の処理に失敗しました。「tane nightly status」で確かめてください。前の地図を使っています。',
};

export type Word = keyof typeof WORDS.ja;
export type Language = keyof typeof WORDS;

let language: Language = 'ja';

export function chooseLanguage(): Language {
  const kept = localStorage.getItem('tane.language');
  language = kept === 'ja' || kept === 'en' ? kept : navigator.language.startsWith('ja') ? 'ja' : 'en';
  document.documentElement.lang = language;
  return language;
}

export function switchLanguage(): void {
  localStorage.setItem('tane.language', language === 'ja' ? 'en' : 'ja');
  chooseLanguage();
}

export function t(word: Word): string {
  return WORDS[language][word];
}

/** Says a name of ours, such as a kind of seed, in words; a role of the owner's own stays as it is. */
export function said(name: string | null | undefined): string {
  if (!name) return '';
  const names: Record<string, string> = NAMES[language];
  return names[name] ?? (name in WORDS[language] ? WORDS[language][name as Word] : name);
}

/** Says why, in words; a reason that is not known here reads as it is. */
export function why(reason: string): string {
  return REASONS[language][reason] ?? reason.replaceAll('_', ' ');
}

/** Says what is wrong, and what to do about it. */
export function trouble(what: string, remedy: string): string {
  return (language === 'ja' ? TROUBLES[what] : undefined) ?? `${what.replaceAll('_', ' ')}: ${remedy}`;
}

/** Says how long something takes, in the two largest units. */
export function duration(seconds: number): string {
  const units: [number, string, string][] = [[86400, '日', 'd'], [3600, '時間', 'h'], [60, '分', 'min'], [1, '秒', 's']];
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [size, ja, en] of units) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n && parts.length < 2) parts.push(language === 'ja' ? `${n}${ja}` : `${n} ${en}`);
  }
  return parts.join(language === 'ja' ? '' : ' ') || (language === 'ja' ? '0秒' : '0 s');
}

export function day(seconds: number): string {
  return new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', { dateStyle: 'medium' }).format(seconds * 1000);
}

/** Says from which day to which. */
export function days(first: string, last: string): string {
  const format = new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', { month: 'long', day: 'numeric' });
  if (language === 'en') return format.formatRange(new Date(first), new Date(last));
  // In Japanese, browsers shorten a range to figures alone.
  const [from, to] = [format.format(new Date(first)), format.format(new Date(last))];
  const month = from.indexOf('月') + 1;
  return from === to ? from : `${from} – ${from.slice(0, month) === to.slice(0, month) ? to.slice(month) : to}`;
}

/** Says a day of the calendar, wherever the reader is. */
export function weekday(date: string): string {
  return new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', { dateStyle: 'full', timeZone: 'UTC' })
    .format(new Date(`${date}T00:00:00Z`));
}

export function moment(iso: string): string {
  return new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', { dateStyle: 'medium', timeStyle: 'short' })
    .format(new Date(iso));
}

export function count(n: number): string {
  return new Intl.NumberFormat(language === 'ja' ? 'ja-JP' : 'en-GB').format(n);
}
