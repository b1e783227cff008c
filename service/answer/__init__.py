"""Answers to questions and conversations, never with a citation that does not exist."""

from service.answer.answering import Answerer, AnswerStream
from service.answer.language_model import LanguageModel
from service.answer.openai import OpenAILanguageModel
from service.answer.results import Answer, AnswerCitation, Message

__all__ = ["Answer", "AnswerCitation", "AnswerStream", "Answerer", "LanguageModel", "Message", "OpenAILanguageModel"]
