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
  },
};

// Names that the server says, where they read otherwise than the words above.
const NAMES = {
  ja: {
    failed: '失敗', 'stand-in': '規則による代役（品質の証拠にはなりません）', utterance_role: '役割の判定', embedding: 'ベクトル', embedding_utterance: '発話のベクトル',
    cluster_body: '話題の命名', recap_section: 'まとめの節', questions: '発話への問い', other: 'その他',
    ...Object.fromEntries(Object.entries(DOMAIN.ja).map(([kind, word]) => [`did_asked_${kind}`, `種の抽出：${word}`])),
  },
  en: { failed: 'failed', 'stand-in': 'a stand-in by rules, no evidence of quality' },
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

export function moment(iso: string): string {
  return new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', { dateStyle: 'medium', timeStyle: 'short' })
    .format(new Date(iso));
}

export function count(n: number): string {
  return new Intl.NumberFormat(language === 'ja' ? 'ja-JP' : 'en-GB').format(n);
}
