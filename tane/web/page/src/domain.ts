// Made by `make generated` from tane/store/domain.py: change that.

export const SCORES = ["hypothetical", "confidence", "reinterpretation", "resistance", "direction"] as const;
export type Score = typeof SCORES[number];
export const LOWEST: Record<Score, number> = {
 "hypothetical": 0.0,
 "confidence": 0.0,
 "reinterpretation": 0.0,
 "resistance": 0.0,
 "direction": -1.0
};
export const ITEM_TYPES = ["utterance", "seed", "cluster"] as const;
export type Kind = typeof ITEM_TYPES[number];
export const NAMES = {
 "ja": {
  "hypothetical": "仮定",
  "confidence": "確信",
  "reinterpretation": "見方の変化",
  "resistance": "抵抗",
  "direction": "過去−未来",
  "evaluation": "評価",
  "model": "定義",
  "premise": "前提",
  "conversion": "転換",
  "question": "問い",
  "knowledge": "知識",
  "manual": "手入力"
 },
 "en": {
  "hypothetical": "hypothetical",
  "confidence": "confidence",
  "reinterpretation": "reinterpretation",
  "resistance": "resistance",
  "direction": "past to future",
  "evaluation": "evaluation",
  "model": "model",
  "premise": "premise",
  "conversion": "conversion",
  "question": "question",
  "knowledge": "knowledge",
  "manual": "manual"
 }
} as const;
