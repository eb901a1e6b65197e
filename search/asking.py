"""From a Query to what an engine is asked: the words understood once, for every engine alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from search import analysis, question, spelling, synonyms
from search.engines.base import Engine
from search.question import Question
from search.types import Query, Results, Suggestion

SUGGESTIONS = 8
SHORTEST_PREFIX = 2  # letters: what begins with one letter is nearly everything
SHOWN_WORDS = 200  # characters


def find(query: Query, engine: Engine) -> Results:
    """The engine's answer to the question, with its synonyms and its other spellings."""
    query = replace(query, words=analysis.clean(query.words[: question.LONGEST]))
    questions, meant = _understood(query, engine)
    return replace(engine.find(query, questions), words=shown(query.words), meant=shown(meant))


def _understood(query: Query, engine: Engine) -> tuple[Mapping[str, Question], str]:
    if not query.words.strip():
        return {}, ""
    languages = engine.languages()
    known = synonyms.current()
    spoken = question.spoken_in(query.words, query.language, languages)
    spelt = spelling.understood(query.words, spoken, languages, known, engine)
    questions = {
        language: question.ask(
            query.words, spoken, language, known.get(language), spelt.by_language.get(language)
        )
        for language in languages
    }
    return {language: asked for language, asked in questions.items() if asked.parts}, spelt.meant


def suggest(typed: str, language: str, engine: Engine) -> tuple[Suggestion, ...]:
    """The typed words with the last one completed, the most frequent first."""
    typed = analysis.clean(typed[:SHOWN_WORDS])
    words = question.typed(typed, language, language)
    if not words or typed[words[-1].end :]:
        return ()
    *finished, last = words
    prefix = analysis.plain(typed[last.start : last.end])
    if len(prefix) < SHORTEST_PREFIX:
        return ()
    before = Question(tuple(question.Part(word.forms) for word in finished))
    completed = engine.completions(prefix, before, language)[:SUGGESTIONS]
    return tuple(Suggestion(typed[: last.start] + word, count) for word, count in completed)


def shown(words: str) -> str:
    """The question as it may be shown: one line, nothing unprintable, no more than fits."""
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:SHOWN_WORDS]
