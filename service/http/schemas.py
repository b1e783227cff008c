"""The shapes of the HTTP interface: what a request may hold, what a response holds, field for field.

Responses mirror the dataclasses of ``service.retrieval.results`` and ``service.answer.results``; a test holds the two
against each other. The descriptions are Chinese, as the people who read ``/docs`` do.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from indexer.types import DocumentKind, NodeKind
from service.retrieval.results import Filters, Intent, NoticeCode, Status


class Shape(BaseModel):
    """A part of a response: every field is always there, null where there is nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ErrorDetail(Shape):
    """What went wrong."""

    code: str = Field(description="错误代码，供程序判断", examples=["invalid_query"])
    message: str = Field(description="一句话说明：出了什么问题、怎么办", examples=["“limit” 不能小于 1"])
    field: str | None = Field(description="有问题的参数；与参数无关时为 null", examples=["limit"])


class ErrorBody(Shape):
    """The one shape of every error."""

    error: ErrorDetail


class QueryShape(Shape):
    """The query as understood."""

    text: str = Field(description="原问题")
    rewritten: str = Field(description="实际检索的问题：转为简体、还原简称、补全追问之后")
    intent: Intent = Field(description="引用条文、查文件，还是提问")
    citation: str | None = Field(description="识别出的引用；没有时为 null")
    filters: dict[str, Any] = Field(description="生效的筛选条件，不含空的")


class HitCitationShape(Shape):
    """How to cite a hit."""

    text: str = Field(description="准确引用", examples=["《云岭省养犬管理条例》第五条"])
    law: str = Field(description="所属文件的标题")
    number: str | None = Field(description="文号")
    article: str = Field(description="条号；方案、措施为其序号，表格行为其项号")
    article_number: tuple[int, int] | None = Field(
        description="条号的数字形式 [条, 之几]；不是“条”时为 null", examples=[[133, 1]]
    )


class LawShape(Shape):
    """The facts of one version of an instrument."""

    id: str = Field(description="文件编号：标题@日期", examples=["云岭省养犬管理条例@2020-11-20"])
    title: str = Field(description="标题")
    number: str | None = Field(description="文号")
    kind: DocumentKind = Field(description="效力级别")
    issuers: list[str] = Field(description="制定机关")
    region: str | None = Field(description="省份；全国性文件为 null")
    adopted: date | None = Field(description="通过日期")
    published: date | None = Field(description="公布（成文）日期")
    effective: date | None = Field(description="施行日期")
    status: Status = Field(description="时效状态：按 as_of 或今天")
    status_basis: str = Field(description="判断时效状态的依据")


class ClauseShape(Shape):
    """A clause of a hit that answers the query."""

    id: str = Field(description="地址")
    citation: str = Field(description="准确引用")
    text: str = Field(description="原文")
    score: float = Field(ge=0, le=1, description="相关度")


class HitShape(Shape):
    """A ranked article."""

    rank: int = Field(ge=1, description="名次，跨页连续")
    score: float = Field(ge=0, le=1, description="相关度，各次检索之间可比")
    id: str = Field(description="地址")
    citation: HitCitationShape
    law: LawShape
    headings: list[str] = Field(description="所在的编、章、节，从外到内")
    text: str = Field(description="条文全文")
    highlights: list[tuple[int, int]] = Field(description="回答问题的字句在 text 中的起止（码点，左闭右开）")
    clauses: list[ClauseShape] = Field(description="最相关的款、项")
    scores: dict[str, float] = Field(description="各项分数：semantic、lexical")
    cells: dict[str, str | None] | None = Field(
        description="表格行的列名与值，原文空缺的值为 null；不是表格行时为 null"
    )


class NoticeShape(Shape):
    """Why there is nothing, or what to know about what there is."""

    code: NoticeCode = Field(description="代码")
    message: str = Field(description="给人看的说明")


class IndexShape(Shape):
    """Which index answered."""

    generation: str = Field(description="索引的代次")
    model: str = Field(description="向量模型")
    reranker: str | None = Field(description="重排模型；没有重排时为 null")


class SearchResponse(Shape):
    """A ranked answer."""

    query: QueryShape
    hits: list[HitShape] = Field(description="排好序的条文；没有相关条文时为空")
    total: int = Field(ge=0, description="达到相关度门槛的条文总数")
    took_ms: float = Field(ge=0, description="用时（毫秒）")
    rerank_ms: float | None = Field(description="其中重排用时（毫秒）；没有重排时为 null")
    notice: NoticeShape | None = Field(description="需要说明的情况；没有时为 null")
    index: IndexShape


class LawListResponse(Shape):
    """A page of the list of laws."""

    laws: list[LawShape]
    total: int = Field(ge=0, description="符合条件的文件总数")


class CommencementShape(Shape):
    """A day from which only some provisions apply."""

    on: date = Field(description="施行日期")
    provisions: str = Field(description="条款", examples=["第三条、第五条第二款"])


class LawResponse(Shape):
    """An instrument with what is known of it."""

    law: LawShape
    articles: int = Field(ge=0, description="条数")
    repeals: list[str] = Field(description="它宣布废止的文件")
    history: list[str] = Field(description="沿革")
    sources: list[str] = Field(description="来源文件")
    versions: list[LawShape] = Field(description="各个版本")
    amends: list[str] = Field(description="它修改的文件")
    basis: list[str] = Field(description="制定依据：它所根据的文件")
    implements: list[str] = Field(description="它所实施的文件")
    expires: date | None = Field(description="有效期的最后一天；未载明有效期时为 null")
    commencements: list[CommencementShape] = Field(description="施行日期与全文不同的条款")
    effective_by: str | None = Field(description="施行日期所依据的修改决定的编号；文件自己载明时为 null")


class OutlineEntryShape(Shape):
    """A line of an outline."""

    address: str = Field(description="地址")
    kind: NodeKind = Field(description="结构层级")
    mark: str = Field(description="序号，如 第二章、第八条")
    heading: str | None = Field(description="标题")
    depth: int = Field(ge=0, description="层深，从 0 起")
    text: str = Field(description="开头的字句")


class OutlineResponse(Shape):
    """The outline of an instrument."""

    id: str = Field(description="文件编号")
    outline: list[OutlineEntryShape]


class VersionsResponse(Shape):
    """All versions of an instrument."""

    id: str = Field(description="文件编号")
    versions: list[LawShape]


class NodeShape(Shape):
    """A part of a document."""

    address: str = Field(description="地址")
    kind: NodeKind = Field(description="结构层级")
    number: str | None = Field(description="印出的序号")
    ordinal: tuple[int, int] | None = Field(description="序号的数字形式")
    heading: str | None = Field(description="标题")
    citation: str = Field(description="准确引用")
    text: str = Field(description="原文")
    cells: dict[str, str | None] | None = Field(description="表格行的列名与值")
    parent: str | None = Field(description="上一层的地址")


class LinkShape(Shape):
    """One end of a citation between articles."""

    address: str | None = Field(description="地址；未收录时为 null")
    citation: str = Field(description="准确引用")
    text: str = Field(description="引用处的原话")


class ArticleResponse(Shape):
    """A node in its context."""

    node: NodeShape = Field(description="所查的条、款、项或段落")
    law: LawShape
    headings: list[str] = Field(description="所在的编、章、节，从外到内")
    article: NodeShape = Field(description="它所在的整条")
    children: list[NodeShape] = Field(description="它的各部分")
    previous: NodeShape | None = Field(description="上一条")
    next: NodeShape | None = Field(description="下一条")
    cites: list[LinkShape] = Field(description="它引用的条文")
    cited_by: list[LinkShape] = Field(description="引用它的条文")


def _as_list(value: object) -> object:
    """One value stands for a list of one."""
    return [value] if isinstance(value, str) else value


Values = Annotated[list[str], BeforeValidator(_as_list, json_schema_input_type=list[str] | str)]


class FiltersInput(BaseModel):
    """What a question is limited to."""

    model_config = ConfigDict(extra="forbid")

    kind: Values = Field(default=[], description="效力级别")
    issuer: Values = Field(default=[], description="制定机关")
    region: Values = Field(default=[], description="省份")
    status: Values = Field(default=[], description="时效状态")
    law: Values = Field(default=[], description="法律的全称、简称或编号")
    as_of: date | None = Field(default=None, description="按这一天有效的法律回答", examples=["2019-06-01"])

    def filters(self) -> Filters:
        """The same as the retrieval layer wants it."""
        return Filters(
            kind=tuple(self.kind),
            issuer=tuple(self.issuer),
            region=tuple(self.region),
            status=tuple(self.status),
            law=tuple(self.law),
            as_of=self.as_of,
        )


class Turn(BaseModel):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"] = Field(description="谁说的")
    content: str = Field(description="说了什么")


class AskRequest(BaseModel):
    """A question with what went before."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "老板拖欠工资怎么办", "history": [], "filters": {}}]},
    )

    question: str = Field(min_length=1, description="问题", examples=["老板拖欠工资怎么办"])
    history: list[Turn] = Field(default=[], description="此前的对话，从早到晚")
    filters: FiltersInput = Field(default_factory=FiltersInput, description="筛选条件")
    limit: int = Field(default=5, ge=1, description="依据几条条文作答")


class AnswerCitationShape(Shape):
    """A citation that an answer rests on."""

    mark: int = Field(ge=1, description="答案中的标号 [1]")
    id: str = Field(description="地址")
    text: str = Field(description="准确引用")
    quote: str = Field(description="所依据的原文")


class AskResponse(Shape):
    """An answer with what it rests on."""

    question: str = Field(description="原问题")
    rewritten: str = Field(description="结合上文补全后的问题")
    answer: str = Field(description="回答，标号 [1] 对应 citations")
    citations: list[AnswerCitationShape] = Field(description="依据，按标号排列")
    grounded: bool = Field(description="回答有条文依据；查不到时为 false")
    notice: NoticeShape | None = Field(description="需要说明的情况；没有时为 null")
    hits: list[HitShape] = Field(description="检索到的条文")


class HealthResponse(Shape):
    """The process is alive."""

    status: Literal["ok"]


class ReadyResponse(Shape):
    """The index is open."""

    status: Literal["ready"]
    generation: str = Field(description="索引的代次")
    model: str = Field(description="向量模型")
    counts: dict[str, int] = Field(description="索引中文件、条文、条款等的数量")
