-- Rows for every table that a schema version may have, normal ones and odd ones. A block is planted from the version on that
-- it names ("since"), and with triggers off where it says "past triggers": rows that came in before a trigger was made.

-- since 1
INSERT INTO utterance_roles (utterance_role_id, utterance_role_name, description, weight) VALUES
    ('00000000-0000-0000-0000-000000000001', '決意', NULL, 1),
    ('00000000-0000-0000-0000-000000000002', E'tab\t"quoted" \\N', '', -1);
INSERT INTO sources (source_id, name, kind) VALUES
    ('00000000-0000-0000-0000-000000000011', 'talk', 'import'),
    ('00000000-0000-0000-0000-000000000012', '', '');
INSERT INTO embedding_models (model_name, digest, dims, is_current) VALUES ('planted', 'd1', 3, 1), ('former:latest', '', 2, 0);
INSERT INTO utterances (utterance_id, source_id, external_id, conversation_id, position, speaker, uttered_at, contents, metadata,
                        utterance_role_id, utterance_role_confidence, hypothetical, direction, did_asked_knowledge, content_hash) VALUES
    ('00000000-0000-0000-0000-000000000021', '00000000-0000-0000-0000-000000000011', '1', '00000000-0000-0000-0000-0000000000c1', 0, 'A',
     '2024-05-01 09:00+09', '朝に歩くとよく眠れる。', '{"title": "眠り"}', '00000000-0000-0000-0000-000000000001', 0.9, 0.2, -1, 1, ''),
    ('00000000-0000-0000-0000-000000000022', '00000000-0000-0000-0000-000000000011', '2', '00000000-0000-0000-0000-0000000000c1', 1, 'B',
     '2024-05-01 09:01+09', '夜は本を読みたい。', '{}', NULL, NULL, NULL, NULL, 0, ''),
    ('00000000-0000-0000-0000-000000000023', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]', NULL, NULL, NULL, NULL, 0, ''),
    ('00000000-0000-0000-0000-000000000024', NULL, '', NULL, -7, '', '0001-06-01 00:00+00', E'a\tb\nc\\.\\N 🌱\u200b', 'null', NULL, 0, 1, 1, 0, ''),
    ('00000000-0000-0000-0000-000000000025', '00000000-0000-0000-0000-000000000012', '1', '00000000-0000-0000-0000-0000000000c1', 1, 'A',
     '2024-05-01 09:01+09', '忘れたいこと。', '{}', NULL, NULL, NULL, NULL, 1, '');
INSERT INTO utterance_splits (utterance_split_id, utterance_id, ordinal, char_start, char_end, contents, content_hash) VALUES
    ('00000000-0000-0000-0000-000000000031', '00000000-0000-0000-0000-000000000021', 0, 0, 3, '朝に歩', ''),
    ('00000000-0000-0000-0000-000000000032', '00000000-0000-0000-0000-000000000021', 7, 3, 2, '', ''),
    ('00000000-0000-0000-0000-000000000033', '00000000-0000-0000-0000-000000000025', -1, NULL, NULL, '忘れたいこと。', '');
INSERT INTO seeds (seed_id, seed_kind, body, created_from, review_status, grounding, source_changed, model_name, body_hash) VALUES
    ('00000000-0000-0000-0000-000000000041', 'knowledge', '朝の散歩は眠りを助ける', 'utterance', 'auto', 0.8, 0, 'm', ''),
    ('00000000-0000-0000-0000-000000000042', 'evaluation', '夜の読書はよい', 'utterance', 'accepted', NULL, 1, NULL, ''),
    ('00000000-0000-0000-0000-000000000043', 'model', '退けられた考え', 'utterance', 'rejected', 0, 0, 'm', ''),
    ('00000000-0000-0000-0000-000000000044', 'manual', '', 'manual', 'edited', NULL, 0, NULL, ''),
    ('00000000-0000-0000-0000-000000000045', 'question', '忘れたいこと', 'utterance', 'auto', NULL, 0, NULL, ''),
    ('00000000-0000-0000-0000-000000000046', 'knowledge', '朝の散歩は眠りを助ける', '', 'auto', NULL, 0, NULL, '');
-- Made by triggers from the second version on.
UPDATE utterances SET content_hash = sha256(convert_to(coalesce(contents, ''), 'UTF8'));
UPDATE utterance_splits SET content_hash = sha256(convert_to(contents, 'UTF8'));
UPDATE seeds SET body_hash = sha256(convert_to(body, 'UTF8'));
INSERT INTO utterance_seeds (utterance_id, seed_id, relation_type, span_start, span_end) VALUES
    ('00000000-0000-0000-0000-000000000021', '00000000-0000-0000-0000-000000000041', 'derived_from', 0, 5),
    ('00000000-0000-0000-0000-000000000022', '00000000-0000-0000-0000-000000000041', 'mentioned_in', NULL, NULL),
    ('00000000-0000-0000-0000-000000000022', '00000000-0000-0000-0000-000000000042', 'derived_from', 9, 1),
    ('00000000-0000-0000-0000-000000000021', '00000000-0000-0000-0000-000000000043', 'edited_from', NULL, NULL),
    ('00000000-0000-0000-0000-000000000025', '00000000-0000-0000-0000-000000000045', 'derived_from', NULL, NULL);
INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector, source_hash) VALUES
    ('seed', '00000000-0000-0000-0000-000000000041', 1, 'planted', 3, '[1,0,0]', sha256('a')),
    ('seed', '00000000-0000-0000-0000-000000000042', 1, 'planted', 3, '[0,1,0]', NULL),
    ('seed', '00000000-0000-0000-0000-000000000041', 2, 'former:latest', 2, '[1,0]', 'a'),
    ('utterance', '00000000-0000-0000-0000-000000000021', 1, 'planted', 3, '[0,0,1]', NULL),
    ('utterance_split', '00000000-0000-0000-0000-000000000031', 1, 'planted', 3, '[0,0,-1]', NULL);
INSERT INTO cluster_generations (mode, status, snapshot_at, published_at, coverage) VALUES
    ('hierarchy', 'published', '2024-05-02', '2024-05-02', 0.5), ('', 'failed', NULL, NULL, NULL);
INSERT INTO clusters (cluster_id, generation_id, parent_cluster_id, depth, cluster_title, cluster_overview, cluster_strength,
                      overview_source, is_pinned, member_count, core_count, total_count, attach_sim, is_archived) VALUES
    ('00000000-0000-0000-0000-000000000051', 1, NULL, 1, '眠り', E'一行目\n二行目', 7, 'user', 1, 1, 1, 1, 0.5, 0),
    ('00000000-0000-0000-0000-000000000052', 2, '00000000-0000-0000-0000-000000000051', 2, NULL, NULL, NULL, NULL, 0, 1, NULL, 1, NULL, 0),
    ('00000000-0000-0000-0000-000000000053', NULL, NULL, -1, '', '', 1, 'llm', 0, NULL, NULL, -4, 2, 1);
INSERT INTO embeddings (target_type, target_id, model_id, model_name, dims, vector) VALUES
    ('cluster', '00000000-0000-0000-0000-000000000051', 1, 'planted', 3, '[1,0,0]'),
    ('cluster', '00000000-0000-0000-0000-000000000052', 1, 'planted', 3, '[0,1,0]');
INSERT INTO cluster_lineage (generation_id, cluster_id, from_cluster_id, jaccard, kind) VALUES
    (1, '00000000-0000-0000-0000-000000000051', '00000000-0000-0000-0000-000000000053', 1, 'same');
INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight, source, is_active) VALUES
    ('seed', '00000000-0000-0000-0000-000000000041', 'cluster', '00000000-0000-0000-0000-000000000051', 'part_of', 'member', 1, 'nightly', 1),
    ('seed', '00000000-0000-0000-0000-000000000042', 'cluster', '00000000-0000-0000-0000-000000000052', 'part_of', 'attached', 0, 'nightly', 1),
    ('seed', '00000000-0000-0000-0000-000000000041', 'seed', '00000000-0000-0000-0000-000000000042', 'near', NULL, 0.5, 'online', 1),
    ('seed', '00000000-0000-0000-0000-000000000042', 'seed', '00000000-0000-0000-0000-000000000041', 'near', NULL, 0.5, 'nightly', 1);
INSERT INTO layout_runs (layout_id, algorithm, scope_type, scope_cluster_id, params_json, is_active) VALUES
    ('00000000-0000-0000-0000-000000000061', 'umap', 'atlas', NULL, '{"n_neighbors": 15}', 1),
    ('00000000-0000-0000-0000-000000000062', '', 'global', NULL, '[]', 0),
    ('00000000-0000-0000-0000-000000000063', 'umap', 'cluster', '00000000-0000-0000-0000-000000000051', 'null', 1);
INSERT INTO layout_points (layout_id, target_type, target_id, x, y, is_provisional) VALUES
    ('00000000-0000-0000-0000-000000000061', 'seed', '00000000-0000-0000-0000-000000000041', 0.5, -0.25, 0),
    ('00000000-0000-0000-0000-000000000061', 'seed', '00000000-0000-0000-0000-000000000042', 0, 1e5, 1),
    ('00000000-0000-0000-0000-000000000063', 'seed', '00000000-0000-0000-0000-000000000041', 0, 0, 0);
INSERT INTO all_seed_info (model_id, n, avg_seed_distance, percentiles) VALUES (1, 2, 1, NULL), (2, -1, NULL, '[]');
INSERT INTO job_pauses (job_type, reason) VALUES ('*', NULL), ('', '');
INSERT INTO nightly_runs (status, trigger, is_forced, finished_at, generation_id, fraction, last_error) VALUES
    ('published', 'cron', 0, '2024-05-02', 1, 1, NULL), ('failed', 'signal', 1, NULL, NULL, 7, '{"cause": "words"}'),
    ('requested', 'command', 0, NULL, NULL, NULL, NULL);
INSERT INTO nightly_steps (run_id, step, ordinal, status, attempts, seconds) VALUES
    (1, 'cluster', 3, 'done', 1, 0.5), (2, 'a step of former days', -1, 'failed', 99, NULL);
UPDATE utterances SET deleted_at = '2024-06-01' WHERE utterance_id = '00000000-0000-0000-0000-000000000025';
UPDATE seeds SET deleted_at = '2024-06-02' WHERE seed_id = '00000000-0000-0000-0000-000000000046';

-- since 1, past triggers
INSERT INTO worker_jobs (job_id, job_type, target_table, target_id, payload, status, priority, attempts, max_attempts, claim_token, claimed_by,
                         claimed_at, lease_expires_at, outcome, last_error, created_at, finished_at, expires_at) VALUES
    ('00000000-0000-0000-0000-000000000071', 'embedding', 'seed', '00000000-0000-0000-0000-000000000042', '{}', 'queued', 10, 0, 5, 0,
     NULL, NULL, NULL, NULL, NULL, '2024-05-01', NULL, '2999-01-01'),
    ('00000000-0000-0000-0000-000000000072', 'nothing known', ' Utterances', '00000000-0000-0000-0000-0000000000ff', '[]', 'queued', -32768, 9, 1, -5,
     NULL, NULL, NULL, '', 'null', '0001-06-01', NULL, '2001-01-01'),
    ('00000000-0000-0000-0000-000000000073', 'utterance_role', 'utterance', '00000000-0000-0000-0000-000000000021', '{}', 'running', 30, 1, 5, 12,
     '00000000-0000-0000-0000-0000000000aa', '2024-05-01', '2024-05-02', NULL, NULL, '2024-05-01', NULL, NULL),
    ('00000000-0000-0000-0000-000000000074', 'did_asked_model', 'utterance', '00000000-0000-0000-0000-000000000022', '{}', 'scheduled', 20, 4, 5, 3,
     NULL, NULL, NULL, NULL, '{"class": "ModelError"}', '2024-05-01', NULL, NULL),
    ('00000000-0000-0000-0000-000000000075', 'embedding', 'seed', '00000000-0000-0000-0000-000000000041', '{}', 'done', 10, 1, 5, 1,
     NULL, '2024-05-01', NULL, 'stored', NULL, '2024-05-01', '2024-05-01', NULL),
    ('00000000-0000-0000-0000-000000000076', 'cluster_body', 'cluster', '00000000-0000-0000-0000-000000000051', '{}', 'dead', 5, 5, 5, 9,
     NULL, NULL, NULL, NULL, '{"class": "BadReply", "cause": "いろいろ"}', '2024-05-01', '2024-05-01', NULL),
    ('00000000-0000-0000-0000-000000000077', '', '', '00000000-0000-0000-0000-000000000000', 'null', 'cancelled', 32767, 0, 32767, 0,
     NULL, NULL, NULL, 'expired', NULL, '2999-01-01', '2024-05-01', NULL);
-- What a former trigger let pass: hidden with its utterance at that utterance's own time; a vector that is not of length one.
UPDATE seeds SET deleted_at = '2024-06-01' WHERE seed_id = '00000000-0000-0000-0000-000000000045';
UPDATE embeddings SET vector = '[3,4,0]' WHERE target_id = '00000000-0000-0000-0000-000000000042';
-- A weight that is no share of one.
INSERT INTO edges (src_type, src_id, dst_type, dst_id, edge_type, role, weight, source, is_active) VALUES
    ('seed', '00000000-0000-0000-0000-000000000043', 'cluster', '00000000-0000-0000-0000-000000000053', 'part_of', 'affinity', -1, 'user', 0);
-- Times and numbers that only PostgreSQL can hold, and an error that is no object.
UPDATE utterances SET uttered_at = '0044-03-15 BC' WHERE utterance_id = '00000000-0000-0000-0000-000000000024';
UPDATE utterances SET uttered_at = '294276-01-01', created_at = 'infinity' WHERE utterance_id = '00000000-0000-0000-0000-000000000023';
UPDATE worker_jobs SET created_at = '-infinity' WHERE job_id = '00000000-0000-0000-0000-000000000072';
UPDATE utterance_roles SET weight = 'NaN' WHERE utterance_role_name = '決意';
UPDATE seeds SET grounding = 'NaN' WHERE seed_id = '00000000-0000-0000-0000-000000000042';
UPDATE layout_points SET y = 'Infinity' WHERE target_id = '00000000-0000-0000-0000-000000000042';
UPDATE nightly_runs SET last_error = '"words"', fraction = '-Infinity' WHERE status = 'failed';

-- since 6
INSERT INTO night_sources (kind, id) VALUES (0, '00000000-0000-0000-0000-000000000041'), (9, '00000000-0000-0000-0000-000000000000');
INSERT INTO night_edges (src_kind, src_id, dst_kind, dst_id, is_near, role, weight) VALUES
    (0, '00000000-0000-0000-0000-000000000041', 2, '00000000-0000-0000-0000-000000000051', 0, 0, 1);
INSERT INTO night_points (scope, scope_id, kind, id, x, y) VALUES
    (0, '00000000-0000-0000-0000-000000000000', 0, '00000000-0000-0000-0000-000000000041', 0, 'NaN');

-- since 7
INSERT INTO visits (visitor, visited_at) VALUES ('owner', '2024-05-01'), ('', '0001-06-01');

-- since 13
INSERT INTO model_replies (hour, replies, unusable) VALUES ('2024-05-01', 5, 2), ('0001-06-01', 0, 0);

-- since 24
INSERT INTO sources (source_id, name, kind, is_mapped) VALUES
    ('00000000-0000-0000-0000-0000000000d1', 'news', 'feed', 0), ('00000000-0000-0000-0000-0000000000d2', 'clippings', 'folder', 0);
INSERT INTO utterances (utterance_id, source_id, external_id, uttered_at, contents, metadata) VALUES
    ('00000000-0000-0000-0000-0000000000d3', '00000000-0000-0000-0000-0000000000d1', 'https://news.example/1', '2024-05-01', '橋が開通した。',
     '{"title": "橋"}'),
    ('00000000-0000-0000-0000-0000000000d4', '00000000-0000-0000-0000-0000000000d2', 'a.md', NULL, '<p>Not cleaned yet</p>', '{}');
INSERT INTO articles (utterance_id, title, url, host, lang, raw_body, body_format, raw_hash, cleaning_version) VALUES
    ('00000000-0000-0000-0000-0000000000d3', '橋', 'https://news.example/1', 'news.example', 'ja', '\x789c030000000001', 'html', '\x00ff', 1),
    ('00000000-0000-0000-0000-0000000000d4', NULL, NULL, NULL, NULL, NULL, 'text', NULL, 0);
INSERT INTO article_tags (utterance_id, tag, confidence, source) VALUES
    ('00000000-0000-0000-0000-0000000000d3', E'tab\t"橋"', 0.5, 'feed'), ('00000000-0000-0000-0000-0000000000d3', '町', 1, 'http_tags');
INSERT INTO feeds (feed_id, source_id, url, title, is_private, etag, last_modified, state, error, failures, fetched_at, succeeded_at, due_at) VALUES
    ('00000000-0000-0000-0000-0000000000d5', '00000000-0000-0000-0000-0000000000d1', 'https://news.example/feed', '新聞', 1, '"e\1"', 'Wed, 01 May',
     'failed', 'it answered 500', 3, '2024-05-01', '2024-04-01', 'infinity');
INSERT INTO nightly_runs (run_id, kind, status, trigger, params, is_pinned) OVERRIDING SYSTEM VALUE VALUES
    (240, 'recap', 'published', 'command', '{"sources": "both"}', 1), (241, 'morning', 'failed', 'cron', '{}', 0);
INSERT INTO recap_job_articles (run_id, document_id, kind, utterance_id, publisher, said_at, raw_hash, dropped_by, reason, duplicate_of, similarity) VALUES
    (240, '00000000-0000-0000-0000-0000000000d3', 'article', '00000000-0000-0000-0000-0000000000d3', 'news.example', '2024-05-01', '\x00', NULL, NULL,
     NULL, NULL),
    (240, '00000000-0000-0000-0000-0000000000d6', 'talk', '00000000-0000-0000-0000-000000000021', NULL, '0001-06-01', NULL, 'dedup',
     'near_duplicate', '00000000-0000-0000-0000-0000000000d3', 'NaN');
INSERT INTO recap_golden_items (item_id, genre, lang, content, origin, parallel_id, utterance_id) VALUES
    ('g1', 'town', 'ja', '橋が開通した。', 'user', NULL, '00000000-0000-0000-0000-0000000000d3'), ('', '', '', E'a\tb\\.', 'import', 'g1', NULL);
INSERT INTO recap_genres (genre, ordinal, name_ja, name_en, definition) VALUES ('town', 0, '町', 'Town', '{"keywords": {"ja": ["橋"]}}');
INSERT INTO recap_genre_learning_results (run_id, document_id, utterance_id, genre, strategy, confidence, feedback) VALUES
    (240, '00000000-0000-0000-0000-0000000000d3', '00000000-0000-0000-0000-0000000000d3', 'town', 'graph_boost', 0.7, '{"genre": "town"}'),
    (240, '00000000-0000-0000-0000-0000000000d6', NULL, 'other', 'fallback_other', 'Infinity', NULL);
INSERT INTO tag_label_graph (window_label, genre, tag, weight, sample_size, last_observed_at) VALUES ('7d', 'town', '橋', 0.5, 3, NULL);
INSERT INTO recap_worker_config (config_type, config_payload) VALUES ('graph_override', '{"graph_margin": 0.2}'), ('', 'null');
INSERT INTO stories (story_id, title, genre, model_id, centroid, first_said_at, last_said_at, told_facts, is_closed) VALUES
    ('00000000-0000-0000-0000-0000000000d7', '橋の開通', 'town', (SELECT model_id FROM embedding_models WHERE digest = 'd1'), '[1,0,0]',
     '2024-05-01', '2024-05-02', '["a1"]', 0),
    ('00000000-0000-0000-0000-0000000000d8', NULL, NULL, NULL, NULL, '-infinity', 'infinity', '[]', 1);
INSERT INTO story_members (story_id, utterance_id, run_id, is_core, said_at) VALUES
    ('00000000-0000-0000-0000-0000000000d7', '00000000-0000-0000-0000-0000000000d3', 240, 1, '2024-05-01'),
    ('00000000-0000-0000-0000-0000000000d7', '00000000-0000-0000-0000-000000000021', NULL, 0, '2024-05-01');
INSERT INTO recap_stories (run_id, story_id, genre, cluster, state, place, rank, documents, added, publishers) VALUES
    (240, '00000000-0000-0000-0000-0000000000d7', 'town', 0, 'new', 'leading', 1, 2, 2, 2),
    (240, '00000000-0000-0000-0000-0000000000d8', 'town', 1, 'quiet', 'counted', -1, 0, 0, 0);
INSERT INTO recap_cluster_evidence (run_id, genre, number, cluster, story_id, document_id, utterance_id, char_start, char_end, sentence, content_hash,
                                    lang, said_at, publisher, is_central) VALUES
    (240, 'town', 1, 0, '00000000-0000-0000-0000-0000000000d7', '00000000-0000-0000-0000-0000000000d3', '00000000-0000-0000-0000-0000000000d3', 0, 7,
     '橋が開通した。', '\x01', 'ja', '2024-05-01', 'news.example', 1),
    (240, 'town', 2, 0, NULL, '00000000-0000-0000-0000-0000000000d9', NULL, NULL, NULL, NULL, NULL, 'und', '2024-05-01', NULL, 0);
INSERT INTO recap_outputs (response_id, run_id, genre, title, bullets, body_json, tags, window_days, is_degraded, degraded_reason, model_name) VALUES
    ('00000000-0000-0000-0000-0000000000da', 240, 'town', '橋', '[{"text": "橋が開通した。", "cites": [1], "is_verified": true}]', '{}', '["橋"]', 7, 1,
     'no_model', NULL);
INSERT INTO recap_sections (run_id, genre, response_id, name, cluster_id, rank, status, reason) VALUES
    (240, 'town', '00000000-0000-0000-0000-0000000000da', '町', '00000000-0000-0000-0000-000000000051', 1, 'stored', NULL),
    (240, 'other', '00000000-0000-0000-0000-0000000000db', NULL, NULL, 2, 'no_evidence', 'no sentences');
INSERT INTO morning_article_groups (edition_date, group_id, document_id, utterance_id, kind, is_primary, similarity, rank) VALUES
    ('2024-05-02', '00000000-0000-0000-0000-0000000000dc', '00000000-0000-0000-0000-0000000000d3', '00000000-0000-0000-0000-0000000000d3', 'article', 1,
     NULL, 1),
    ('2024-05-02', '00000000-0000-0000-0000-0000000000dc', '00000000-0000-0000-0000-0000000000d6', '00000000-0000-0000-0000-000000000021', 'talk', 0,
     0.9, 1);
INSERT INTO morning_letters (edition_date, run_id, groups, letter, is_degraded, reason) VALUES
    ('2024-05-02', 241, 1, '{"bullets": []}', 0, NULL), ('0001-01-01', NULL, 0, NULL, 1, 'no model');

-- since 27
INSERT INTO memory_samples (taken_at, database_bytes, effective_bytes, budget_bytes, disk_free_bytes, disk_bytes, level, parts) VALUES
    ('2024-05-01', 20000000, 15000000, 50000000, 3000000000, 90000000000, 'normal', '{"text": 9000000, "catalog": 6000000}'),
    ('2024-05-02', 0, 0, NULL, NULL, NULL, 'emergency', '{}'), ('-infinity', 1, 2, 1, 0, 0, 'warning', 'null');
INSERT INTO memory_alerts (alert_type, cause, usage, threshold, recommended_actions, told_on, created_at, acknowledged_at) VALUES
    ('warning', 'budget', 0.81, 0.8, '{optimize_index}', '2024-05-01', '2024-05-01', NULL),
    ('emergency', 'disk', NULL, 2000000000, '{}', '2024-05-01', '2024-05-01', '2024-05-02');
