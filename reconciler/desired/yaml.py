"""Text → trees of plain dicts, lists and scalars, by YAML 1.2, with every problem that YAML itself can have.

Reading documents is the largest part of a no-change plan, so its speed is designed. The floor is libyaml's parser
handing over its events, about a microsecond each; everything here is to cost half of that again at most. Measured on
10,000 customers with 2 contacts each (7.4 MB, 650,000 events, processor time on a 2-core machine):

    the events alone                                        0.65 s
    this builder                                            0.92 s   1.4 x     25 MB of values
    the same with line and column of every key and value    1.24 s   1.9 x    101 MB
    ruamel.yaml (no C part in its wheel)                      50 s
    no events at all, where every line is plain (`lines`)   0.41 s   0.6 x

Positions are what costs, and nearly none of them is ever shown: only problems and changes have a place. So the builder
keeps none, `documents` takes the line and column of each item from the event that starts it, and `positions` finds
the rest by parsing the one file in question a second time. Rejected: a dict subclass that carries its position (it
slows down every later look at the values), and a parallel tree of positions (the memory).

A problem does not stop the reading: a second key of the same name is reported and left out, an alias without an
anchor stands for None. `Builder.whole` then says that the value is not what the file means, and nobody judges it.
"""

from __future__ import annotations

from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from reconciler.desired import yaml_problems as problem
from reconciler.desired.anchors import Anchors, Unusable
from reconciler.desired.events import NextEvent, place_of
from reconciler.desired.scalars import AMBIGUOUS, is_collection_tag, resolve_plain, resolve_tagged
from reconciler.desired.text import Text
from reconciler.errors import Place, Problem
from reconciler.model.resource import Value

MERGE = "<<"
_DEEPEST = 60  # levels; documents have about six


class _Keys(dict[str, str | None]):
    """Plain keys seen so far, each once in memory; None for those that are not strings, or merge."""

    def __missing__(self, text: str) -> str | None:
        key = text if text != MERGE and isinstance(resolve_plain(text), str) else None
        self[text] = key
        return key


class Builder:
    """Builds values from the events of one file and collects its problems.

    `whole` turns False when a value could not be built as the file means it; whoever asks sets it back.
    """

    __slots__ = ("_anchors", "_bombed", "_depth", "_keys", "_next", "_text", "problems", "whole")

    def __init__(self, text: Text, following: NextEvent) -> None:
        self.problems: list[Problem] = []
        self.whole = True
        self._text = text
        self._next = following
        self._anchors = Anchors(len(text.content))
        self._keys = _Keys()
        self._depth = 0
        self._bombed = False

    def start_document(self) -> None:
        """Forget the anchors of the document before."""
        self._anchors.start_document()

    def begin(self, event: CollectionStartEvent) -> None:
        """Enter a collection whose members the caller takes one by one; `finish` must follow."""
        self._check_tag(event)
        if event.anchor:
            self._anchors.begin(event.anchor)

    def finish(self, event: CollectionStartEvent, value: Value) -> None:
        """Leave the collection that `begin` entered."""
        if event.anchor:
            self._anchors.finish(event.anchor, value)

    def build(self, event: Event | None) -> Value:
        """Build the value that starts with this event, and use up its events."""
        if type(event) is MappingStartEvent and event.anchor is None and event.tag is None and self._depth < _DEEPEST:
            self._depth += 1  # the common case first, without the calls that the others need
            mapping = self._mapping()
            self._depth -= 1
            return mapping
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if isinstance(event, ScalarEvent):
            value: Value = self._scalar(event)
            if event.anchor:
                self._anchors.finish(event.anchor, value)
            return value
        if not isinstance(event, CollectionStartEvent):
            raise TypeError("A value starts with an alias, a scalar or a collection. This is a bug in reconciler.")
        self.begin(event)
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse(problem.too_deep(self.place(event), _DEEPEST))
            self._skip()
            value = None
        else:
            value = self._mapping() if type(event) is MappingStartEvent else self._sequence()
        self._depth -= 1
        self.finish(event, value)
        return value

    def place(self, event: Event) -> Place:
        """Give the place where an event starts."""
        return place_of(event, self._text)

    def _mapping(self) -> dict[str, Value]:
        following, keys = self._next, self._keys
        built: dict[str, Value] = {}
        merged: list[Value] = []
        while True:
            event = following()
            key = None
            if type(event) is ScalarEvent:
                if not event.style and event.tag is None and event.anchor is None:
                    key = keys[event.value]
            elif type(event) is MappingEndEvent:
                break
            if key is None or key in built:
                key = self._unusual_key(event, built, merged)
                if key is None:
                    continue
            event = following()
            if type(event) is ScalarEvent and event.tag is None and event.anchor is None:
                text = event.value
                built[key] = text if event.style or text[:1] not in AMBIGUOUS else resolve_plain(text)
            else:
                built[key] = self.build(event)
        for source in merged:
            for key, value in source.items() if isinstance(source, dict) else ():
                built.setdefault(key, value)
        return built

    def _sequence(self) -> list[Value]:
        following = self._next
        built: list[Value] = []
        while True:
            event = following()
            if type(event) is SequenceEndEvent:
                return built
            built.append(self.build(event))

    def _skip(self) -> None:
        depth = 1
        while depth:
            event = self._next()
            if isinstance(event, CollectionStartEvent):
                depth += 1
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                depth -= 1

    def _unusual_key(self, event: Event | None, built: dict[str, Value], merged: list[Value]) -> str | None:
        """Take a key that is quoted, anchored, tagged, repeated or no string; None if its value was used up."""
        if event is None:
            return None
        if isinstance(event, ScalarEvent) and not event.style and event.tag is None and event.value == MERGE:
            self._merge(event, merged)
            return None
        key = self.build(event)
        if not isinstance(key, str):
            self.problems.append(problem.key_not_string(self.place(event), event))
        elif key in built:
            self.problems.append(problem.duplicate_key(self.place(event), key))
        else:
            return key
        self.build(self._next())
        return None

    def _merge(self, key: Event, merged: list[Value]) -> None:
        if merged:
            self.problems.append(problem.duplicate_key(self.place(key), MERGE))
        event = self._next()
        value = self.build(event)
        sources = value if isinstance(value, list) else [value]
        if event is not None and self.whole and not all(isinstance(source, dict) for source in sources):
            self._refuse(problem.merge_not_mapping(self.place(event)))
        merged.extend(sources)

    def _scalar(self, event: ScalarEvent) -> Value:
        if event.tag is None:
            text: str = event.value
            return text if event.style else resolve_plain(text)
        try:
            return resolve_tagged(event.tag, event.value)
        except KeyError:
            self._refuse(problem.tag_unknown(self.place(event)))
        except ValueError:
            self._refuse(problem.tag_mismatch(self.place(event), event.tag))
        return None

    def _check_tag(self, event: CollectionStartEvent) -> None:
        name = "map" if isinstance(event, MappingStartEvent) else "seq"
        if event.tag is not None and not is_collection_tag(event.tag, name):
            self._refuse(problem.tag_unknown(self.place(event)))

    def _alias(self, event: NodeEvent) -> Value:
        name = event.anchor or ""
        found = self._anchors.find(name)
        if found is Unusable.BOMB and self._bombed:
            self.whole = False  # said once
            return None
        if isinstance(found, Unusable):
            self._bombed = found is Unusable.BOMB
            self._refuse(problem.alias_unusable(self.place(event), found, name, self._anchors.names))
            return None
        return found

    def _refuse(self, found: Problem) -> None:
        self.whole = False
        self.problems.append(found)
