"""The OpenAPI document, made from the models of answers and a table of operations."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from tane.store.domain import ITEM_TYPES
from tane.web.api import edition_models, models, status_models
from tane.web.api.answers import LAST_OFFSET, LONGEST_PAGE, LONGEST_QUERY, PAGE
from tane.web.api.editions import FORMS, LONGEST_WINDOW_DAYS, MEDIA_TYPES, SOURCES, STAGES
from tane.web.api.editions import MODES as RECAP_MODES
from tane.web.api.finding_items import MODES
from tane.web.api.sent import MOST_ARTICLES, SentArticle
from tane.web.api.services import ARTICLES_SOURCE, SHARED_SOURCE

Schema: TypeAlias = dict[str, Any]

_REFERENCE = "#/components/schemas/{model}"
_ID = {"type": "string", "format": "uuid"}
_WORDS = {
    "type": "string",
    "minLength": 1,
    "maxLength": 4000,
    "pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$",
}
_REFUSALS = {
    400: ("Unreadable", "What was asked cannot be read, or there is no Host header; the body says why."),
    401: ("NoToken", "This server has a token, and the request has not."),
    403: ("Forbidden", "This server has no token, or a page of another site asks: nothing is written."),
    404: ("Missing", "There is no such thing, or it is gone."),
    409: (
        "Conflict",
        "It would give other words to ids that are stored, and nothing of it was stored; the body says what to do.",
    ),
    413: ("TooLarge", "This is too much at once."),
    421: ("Misdirected", "The Host header names another server; see web.names."),
    503: ("Unavailable", "The database or the model server cannot be asked now; try again."),
}


class ListOf:
    """A page of a list of these answers."""

    def __init__(self, item: type[BaseModel]) -> None:
        self.item = item


def parameter(name: str, schema: Schema, description: str, *, required: bool = False) -> Schema:
    """Return a parameter of the query."""
    return {"name": name, "in": "query", "required": required, "schema": schema, "description": description}


_OF_ITEM = [{"name": "id", "in": "path", "required": True, "schema": _ID}]
_PAGE = [
    parameter("offset", {"type": "integer", "minimum": 0, "maximum": LAST_OFFSET, "default": 0}, "How many to leave out."),
    parameter("limit", {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": PAGE}, "How many at most."),
]  # fmt: skip
_OF_MAP = [
    {
        "name": "id", "in": "path", "required": True, "description": "Id of a map, or atlas, or global.",
        "schema": {"anyOf": [{"type": "string", "enum": ["atlas", "global"]}, _ID]},
    }
]  # fmt: skip
_QUERY = {"type": "string", "maxLength": LONGEST_QUERY}
_SEARCH = [
    parameter("q", _QUERY | {"minLength": 1, "pattern": r"\S"}, "What to look for.", required=True),
    parameter(
        "mode", {"type": "string", "enum": list(MODES), "default": "all"},
        "text: every word occurs; meaning: what stands out as near; all: both in one list, words alone where there are no vectors.",
    ),
]  # fmt: skip
_EDGES = [
    parameter("kind", {"type": "string", "enum": list(ITEM_TYPES)}, "Kind of the item.", required=True),
    parameter("id", _ID, "The item.", required=True),
]
_SNIPPETS = [
    parameter("ids", {"type": "string", "minLength": 36}, "At most 200 ids, with commas.", required=True)
]
_INGEST = [
    parameter(
        "source", {"type": "string", "minLength": 1, "maxLength": 200, "default": SHARED_SOURCE, "format": "printable"},
        "Name of the source, without control characters. Programs that name none share one, in which no known id gets "
        "other words.",
    ),
    parameter("replace", {"type": "integer", "minimum": 0, "maximum": 1, "default": 0}, "1: known ids may get other words, however many."),
]  # fmt: skip
_OF_RECAP = [{"name": "run", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}]
_OF_STAGE = {
    "name": "stage",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "enum": list(STAGES)},
}
_OF_DOCUMENT = {
    "name": "document", "in": "path", "required": True, "schema": _ID, "description": "A document's id, or its utterance's.",
}  # fmt: skip
_OF_DAY = [{"name": "day", "in": "path", "required": True, "schema": {"type": "string", "format": "date"}}]
_FORM = parameter(
    "format",
    {"type": "string", "enum": list(FORMS), "default": FORMS[0]},
    "Markdown, or one page that loads nothing.",
)

_INGEST_ARTICLES = [
    parameter(
        "source", {"type": "string", "minLength": 1, "maxLength": 200, "default": ARTICLES_SOURCE, "format": "printable"},
        "Name of the source, without control characters; none that holds utterances.",
    ),
]  # fmt: skip


def _sent_articles() -> Schema:
    return {
        "application/json": {
            "schema": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_ARTICLES,
                "items": _schema(SentArticle),
            }
        }
    }


# Path, operation, what it says of itself, parameters, what is answered, refusals beside those of all.
_READING: list[tuple[str, str, str, list[Schema], type[BaseModel] | ListOf | None, tuple[int, ...]]] = [
    ("openapi.json", "readOpenapi", "This document.", [], None, ()),
    ("status", "readStatus", "How the queue, the models, the night and the process are.", [], status_models.ServerStatus, (503,)),
    ("today", "readToday", "What the owner keeps coming back to, what changed, what is open, what is new.", [], models.TodayAnswer, (404, 503)),
    ("memory", "readMemory", "Where the bytes of the database are, how full that is, and what would help.", [], status_models.MemoryAnswer, (404, 503)),
    ("maps", "listMaps", "Maps in use: atlas, global, then those of clusters, the largest first.", _PAGE, ListOf(models.MapRow), (503,)),
    ("maps/{id}/points", "readPoints", "All points of a map, as columns.", _OF_MAP, models.MapPoints, (404, 503)),
    (
        "clusters", "listClusters", "Clusters as a tree: each before those within it, the larger first.",
        [parameter("q", _QUERY, "Words that title and overview must contain."), *_PAGE], ListOf(models.ClusterRow), (503,),
    ),
    ("clusters/{id}", "readCluster", "A cluster; offset and limit turn the pages of its seeds.", [*_OF_ITEM, *_PAGE], models.ClusterDetail, (404, 503)),
    ("seeds/{id}", "readSeed", "A seed with the utterances it comes from.", _OF_ITEM, models.SeedDetail, (404, 503)),
    ("utterances/{id}", "readUtterance", "An utterance with its seeds.", _OF_ITEM, models.UtteranceDetail, (404, 503)),
    ("edges", "listEdges", "The other ends of an item's edges, in both directions.", [*_EDGES, *_PAGE], ListOf(models.EdgeEnd), (404, 503)),
    ("snippets", "listSnippets", "The beginnings of the texts of items.", _SNIPPETS, ListOf(models.Snippet), (404, 503)),
    ("search", "search", "Sentences, by words and by meaning: one row for all items that say the same.", [*_SEARCH, *_PAGE], ListOf(models.FoundItem), (503,)),
    ("recaps", "listRecaps", "Recaps, the newest first, the open one included.", _PAGE, ListOf(edition_models.RecapRow), (404, 503)),
    ("recaps/latest", "readLatestRecap", "The last recap that came to something.", [], edition_models.RecapAnswer, (404, 503)),
    ("recaps/{run}", "readRecap", "A recap: stories, sections, and the sentence that each citation stands for.", _OF_RECAP, edition_models.RecapAnswer, (404, 503)),
    (
        "recaps/{run}/stages/{stage}", "readRecapStage", "What a stage left out, and what became of each document.",
        [*_OF_RECAP, _OF_STAGE, *_PAGE], edition_models.StageAnswer, (404, 503),
    ),
    ("recaps/{run}/documents/{document}", "readRecapDocument", "Why a document is in a recap, or is not.", [*_OF_RECAP, _OF_DOCUMENT], edition_models.WhyAnswer, (404, 503)),
    ("mornings", "listMornings", "The days that have a morning, the newest first.", _PAGE, ListOf(edition_models.EditionRow), (404, 503)),
    ("mornings/latest", "readLatestMorning", "The last morning.", [], edition_models.MorningAnswer, (404, 503)),
    ("mornings/{day}", "readMorning", "The morning of a day: groups, each with its primary first.", _OF_DAY, edition_models.MorningAnswer, (404, 503)),
]  # fmt: skip
_TITLE = {"title": _WORDS, "overview": _WORDS | {"type": ["string", "null"]}}
_DECISIONS: list[tuple[str, str, str, Schema | None]] = [
    (
        "clusters/{id}/rename",
        "renameCluster",
        "Give a cluster a title, and an overview if there is one, and pin it.",
        _TITLE,
    ),
    ("clusters/{id}/pin", "pinCluster", "Keep the words of a cluster as they are.", None),
    ("clusters/{id}/unpin", "unpinCluster", "Give the words of a cluster back to the model.", None),
    ("seeds/{id}/accept", "acceptSeed", "Let a seed stand.", None),
    ("seeds/{id}/edit", "editSeed", "Word a seed anew.", {"body": _WORDS}),
    ("seeds/{id}/reject", "rejectSeed", "Hide a seed.", None),
]
_SENT: Schema = {
    "application/x-ndjson": {
        "schema": {
            "type": "string", "minLength": 1,
            "description": "One object a line, at most 64 MiB; keys as for tane import: text, speaker, conversation, time, id.",
        },
    },
    "application/json": {
        "schema": {
            "type": "array",
            "items": {
                "type": "object", "required": ["text"],
                "properties": {
                    "text": {
                        "type": "string", "minLength": 1, "format": "words",
                        "description": "Something is left of it without blanks and control characters.",
                    },
                    **{name: {"type": ["string", "null"]} for name in ("speaker", "conversation", "time", "id")},
                },
            },
        },
    },
}  # fmt: skip


def document() -> Schema:
    """Return the document. Pure; about 30 ms."""
    answered = [answer for *_, answer, _ in _READING if answer is not None] + [
        models.IngestReport,
        SentArticle,
        edition_models.RecapAsked,
    ]
    classes = [one.item if isinstance(one, ListOf) else one for one in answered]
    _, schemas = models_json_schema([(one, "validation") for one in classes], ref_template=_REFERENCE)
    paths: Schema = {}
    for path, name, summary, parameters, answer, refusals in _READING:
        content = {"application/json": {"schema": {"type": "object"} if answer is None else _schema(answer)}}
        paths[f"/api/v1/{path}"] = {"get": _reading(name, summary, parameters, content, (304, *refusals))}
    paths["/api/v1/events"] = {"get": _listening()}
    paths["/api/v1/recaps/{run}/export"] = {"get": _exporting()}
    for path, name, summary, body in _DECISIONS:
        of_body = (
            None if body is None else {"application/json": {"schema": _object(body, [next(iter(body))])}}
        )
        paths[f"/api/v1/{path}"] = {
            "post": _writing(
                name,
                summary,
                parameters=_OF_ITEM,
                done={"204": {"description": "Done."}},
                body=of_body,
                code=404,
            )
        }
    done = {
        "200": _said("What became of them.", {"application/json": {"schema": _schema(models.IngestReport)}})
    }
    summary = "Import utterances, as tane import does: the same again adds nothing, and jobs are queued."
    paths["/api/v1/utterances"] = {
        "post": _writing("addUtterances", summary, parameters=_INGEST, done=done, body=_SENT, code=409)
    }
    summary = "Import articles, as tane import --format articles does: one that is issued again has other words under its id."
    paths["/api/v1/articles"] = {
        "post": _writing(
            "addArticles", summary, parameters=_INGEST_ARTICLES, done=done, body=_sent_articles(), code=400
        )
    }
    paths["/api/v1/recaps"]["post"] = _asking()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tane", "version": "1",
            "description": "The map of ideas, read by programs. Reading is GET; where the server has a token every request "
            "needs it, and without one nothing is written.",
        },
        "paths": paths,
        "components": {
            "schemas": plain(schemas["$defs"]),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": _responses(),
        },
    }  # fmt: skip


def plain(schema: Any) -> Any:
    """Leave out titles, and write "this or null" as two types of one value. Pure."""
    if isinstance(schema, list):
        return [plain(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    # The title of a schema is a text; a property of that name is a schema.
    kept = {
        key: plain(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))
    }
    match kept.get("anyOf"):
        case [{"type": str(name), **more}, {"type": "null"}]:
            return {
                "type": [name, "null"],
                **more,
                **{key: value for key, value in kept.items() if key != "anyOf"},
            }
    return kept


def _schema(answer: type[BaseModel] | ListOf) -> Schema:
    if not isinstance(answer, ListOf):
        return {"$ref": _REFERENCE.format(model=answer.__name__)}
    fields = {
        "items": {"type": "array", "items": _schema(answer.item)},
        "next_offset": {"type": ["integer", "null"]},
    }
    return _object(fields, list(fields)) | {"additionalProperties": False}


def _object(fields: Schema, required: list[str]) -> Schema:
    return {"type": "object", "required": required, "properties": fields}


def _said(description: str, content: Schema) -> Schema:
    return {"description": description, "content": content}


def _refused(codes: tuple[int, ...]) -> Schema:
    names = {304: "NotModified"} | {code: name for code, (name, _) in _REFUSALS.items()}
    return {str(code): {"$ref": f"#/components/responses/{names[code]}"} for code in sorted(codes)}


def _listening() -> Schema:
    summary = (
        "Server-sent events: item (map_id, kind, id, x, y) for what arrives on a map, changed (maps) when maps or words "
        "are others."
    )
    content = {"text/event-stream": {"schema": {"type": "string"}}}
    said = _reading("listen", summary, [], content, (503,))
    said["responses"]["200"] = _said("Events, for as long as the reader stays.", content)
    return said


def _exporting() -> Schema:
    content = {f"{MEDIA_TYPES[form]}": {"schema": {"type": "string"}} for form in FORMS}
    summary = "A recap as a file of its own."
    return _reading("exportRecap", summary, [*_OF_RECAP, _FORM], content, (304, 404, 503))


def _asking() -> Schema:
    wanted: Schema = {
        "days": {
            "type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_WINDOW_DAYS, "description": "How far back; otherwise recap.days.",
        },
        "until": {"type": "string", "format": "date-time", "description": "Where the window ends; otherwise now."},
        "sources": {"type": "string", "enum": list(SOURCES)},
        "mode": {"type": "string", "enum": list(RECAP_MODES)},
    }  # fmt: skip
    asked = {"application/json": {"schema": _schema(edition_models.RecapAsked)}}
    return _writing(
        "askForRecap", "Ask for a recap, or join the one that is open; a running daemon makes it.", parameters=[],
        done={"202": _said("What was asked for.", asked)}, body={"application/json": {"schema": _object(wanted, [])}}, code=404,
    )  # fmt: skip


def _reading(
    name: str, summary: str, parameters: list[Schema], content: Schema, codes: tuple[int, ...]
) -> Schema:
    responses = {"200": _said(summary, content)} | _refused((400, 401, 421, *codes))
    return {
        "operationId": name, "summary": summary, "parameters": parameters, "responses": responses,
        "security": [{"token": []}, {}],
    }  # fmt: skip


def _writing(
    name: str, summary: str, *, parameters: list[Schema], done: Schema, body: Schema | None, code: int
) -> Schema:
    said = {
        "operationId": name, "summary": summary, "parameters": parameters, "security": [{"token": []}],
        "responses": done | _refused((400, 401, 403, 413, 421, 503, code)),
    }  # fmt: skip
    return said if body is None else said | {"requestBody": {"required": True, "content": body}}


def _responses() -> Schema:
    text = {"text/plain": {"schema": {"type": "string"}}}
    found = {name: _said(description, text) for name, description in _REFUSALS.values()}
    found["NoToken"] |= {"headers": {"WWW-Authenticate": {"schema": {"type": "string", "enum": ["Bearer"]}}}}
    return found | {"NotModified": {"description": "The ETag of If-None-Match still holds."}}
