"""The lessons: one folder each, with prose, functions, figures, an exercise and its checks.

A new lesson is a new folder, see `sayso.lessons.catalogue`.
"""

from sayso.lessons.catalogue import find_lesson, find_lessons
from sayso.lessons.lesson import Lesson, LessonError

__all__ = ["Lesson", "LessonError", "find_lesson", "find_lessons"]
