"""LangChain's ChatOpenAI asks a running server, over HTTP."""

import asyncio
from types import SimpleNamespace

import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

QUESTION = "Kan mijn bedrijf subsidie krijgen?"
SAID = "Een privébedrijf kan in Interreg Europe 2021-2027 geen subsidie krijgen. [1]"


@pytest.fixture
def site(fake, fake_app, serving):
    fake.retriever = SimpleNamespace(encoder=SimpleNamespace(count_tokens=len))
    return serving(fake_app)


@pytest.fixture
def chat(site):
    return ChatOpenAI(base_url=f"{site}/v1", api_key="none", model="interreg-europe-assistant", max_retries=0)


def test_invoke(chat):
    message = chat.invoke(QUESTION)
    assert message.content.startswith(SAID)
    assert "\n[1] “Een privébedrijf" in message.content
    assert message.response_metadata["finish_reason"] == "stop"
    assert message.id
    assert message.usage_metadata["input_tokens"] == len(QUESTION)


def test_stream_adds_up_to_the_whole(chat):
    chunks = list(chat.stream(QUESTION, stream_usage=True))
    assert len(chunks) > 3
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    assert whole.content == chat.invoke(QUESTION).content
    assert whole.usage_metadata["input_tokens"] == len(QUESTION)
    assert whole.response_metadata["finish_reason"] == "stop"


def test_ainvoke_and_astream(chat):
    async def both():
        whole = await chat.ainvoke(QUESTION)
        return whole.content, "".join([chunk.content async for chunk in chat.astream(QUESTION)])

    whole, streamed = asyncio.run(both())
    assert whole == streamed


def test_conversation_in_a_chain(chat, fake):
    prompt = ChatPromptTemplate.from_messages(
        [
            SystemMessage("You are a pirate."),
            HumanMessage("Wie kan leadpartner zijn?"),
            AIMessage("Een overheid. [1]"),
            ("human", "En {where}?"),
        ]
    )
    said = (prompt | chat | StrOutputParser()).invoke({"where": "in Noorwegen"})
    assert said.startswith(SAID)
    [asked] = fake.asked
    assert (asked["question"], list(asked["history"])) == ("En in Noorwegen?", ["Wie kan leadpartner zijn?"])


def test_bound_tools_are_never_called(chat):
    tool = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}
    message = chat.bind_tools([tool]).invoke(QUESTION)
    assert message.tool_calls == []
    assert message.content.startswith(SAID)


def test_structured_output_is_refused_in_a_sentence(chat):
    schema = {"title": "a", "description": "b", "type": "object", "properties": {"c": {"type": "string"}}}
    with pytest.raises(openai.BadRequestError, match="plain text"):
        chat.with_structured_output(schema, method="json_schema").invoke(QUESTION)


def test_error_has_its_own_class(chat):
    with pytest.raises(openai.UnprocessableEntityError, match="2001 characters"):
        chat.invoke("x" * 2001)
