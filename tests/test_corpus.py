"""The whole way on the public corpus: gazette and laws into an index, questions out. FATIAO_CORPUS names its folder."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.retrieval import Filters, Library, Searcher, SearchRequest

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(3000)]

LABELS = Path(__file__).parent.parent / "data" / "labels" / "public.jsonl"
GAZETTE_LAW = "宁夏回族自治区实施〈残疾预防和残疾人康复条例〉办法"
ONE_GIBIBYTE_IN_KIB = 1024 * 1024


def _build(corpus: Path, index: Path) -> subprocess.CompletedProcess[str]:
    sources = [str(corpus / "gazettes"), str(corpus / "laws")]
    command = [sys.executable, "-c", "from service.cli import main; main()", "index", "build", *sources]
    return subprocess.run([*command, "--index", str(index)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def index(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus indexed by the command line; FATIAO_CORPUS_INDEX names one that is already there."""
    if ready := os.environ.get("FATIAO_CORPUS_INDEX"):
        return Path(ready)
    folder = tmp_path_factory.mktemp("corpus") / "index"
    done = _build(corpus, folder)
    assert done.returncode == 0, done.stderr
    assert "条文" in done.stdout
    assert done.stderr, "no progress was shown"
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert peak < 3 * ONE_GIBIBYTE_IN_KIB
    return folder


@pytest.fixture(scope="module")
def searcher(index: Path) -> Searcher:
    from indexer.embedding import load_embedder
    from indexer.storage import Index

    return Searcher(Index.open(index), load_embedder())


def _first(searcher: Searcher, text: str, **options: Any) -> Any:
    result = searcher.search(SearchRequest(text, filters=Filters(**options)))
    assert result.hits, result.notice
    return result.hits[0]


def test_no_article_is_lost(corpus: Path) -> None:
    from indexer.pipeline import parse_paths

    articles, gaps = 0, []
    for parsed in parse_paths([str(corpus / "gazettes"), str(corpus / "laws"), str(corpus / "documents")]):
        assert parsed.error is None, parsed
        for document in parsed.documents:
            assert document.audit.uncovered == 0, document.id
            own = sum(node.kind == "条" for node, _ in document.nodes)
            articles += own
            if own and (document.audit.missing or document.audit.duplicate or document.audit.out_of_order):
                gaps.append(document.id)
    assert articles > 121_000
    # The gaps that are left are in the sources themselves.
    assert len(gaps) <= 0.005 * 2814, gaps


def test_the_question_bank_is_answered_and_copies_nothing(index: Path) -> None:
    from indexer.citation import simplify
    from indexer.questions import read_bank
    from indexer.questions.gathering import rows_in
    from indexer.questions.rules import copied
    from indexer.resources import data_folder
    from indexer.storage import Index

    opened = Index.open(index)
    bank = read_bank(data_folder() / "questions")
    rows = rows_in(opened, bank)
    for question in bank:
        for gold in question.gold:
            found = rows.get((simplify(gold.law), gold.fingerprint), [])
            assert found, f"{question.id}: {gold}"
            assert copied(question.text, opened.unit(found[0]).text) is None, question


def test_the_labels_are_of_questions_at_hand_and_name_articles_in_force(index: Path, corpus: Path) -> None:
    from indexer.questions import fingerprint
    from indexer.storage import Index
    from service.retrieval.provisions import Provisions

    texts = _asked(corpus, "consultations_weak", "question_answer_pairs")
    labels = [json.loads(line) for line in _lines(LABELS)]
    assert {label["question"] for label in labels} <= {fingerprint(text) for text in texts}
    provisions = Provisions(Index.open(index), date(2023, 6, 30))
    for gold in {(gold["law"], gold["article"]) for label in labels for gold in label["gold"]}:
        provisions.find(*gold)


def test_no_question_of_the_bank_is_one_that_is_measured_with(corpus: Path) -> None:
    from indexer.questions import read_bank, words_of
    from indexer.resources import data_folder

    asked = {words_of(text) for text in _asked(corpus, "consultations_train", "consultations_weak")}
    assert [
        question.id for question in read_bank(data_folder() / "questions") if words_of(question.text) in asked
    ] == []


def _asked(corpus: Path, *names: str) -> list[str]:
    """The words of the questions that the public has asked."""
    records = (json.loads(line) for name in names for line in _lines(corpus / "queries" / f"{name}.jsonl"))
    return [record.get("query") or record["question"] for record in records]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("query", "law", "article"),
    [
        ("民法典第一千零七十九条", "中华人民共和国民法典", "第一千零七十九条"),
        ("民法典第1079条", "中华人民共和国民法典", "第一千零七十九条"),
        ("刑法一百三十三条之一", "中华人民共和国刑法", "第一百三十三条之一"),
        ("刑法133之1", "中华人民共和国刑法", "第一百三十三条之一"),
        ("劳动合同法 38 条 第一款 （二）", "中华人民共和国劳动合同法", "第三十八条"),
        ("劳动合同法38-1-2", "中华人民共和国劳动合同法", "第三十八条"),
    ],
)
def test_exact_citations_come_first_with_score_1(searcher: Searcher, query: str, law: str, article: str) -> None:
    hit = _first(searcher, query)
    assert (hit.law.title, hit.citation.article, hit.score) == (law, article, 1)


@pytest.mark.parametrize("query", ["宁政办发〔2023〕53号", "宁政办发[2023]53号", "宁政办发【2023】53 号"])
def test_document_numbers_find_their_document(searcher: Searcher, query: str) -> None:
    hit = _first(searcher, query)
    assert hit.law.number == "宁政办发〔2023〕53号"
    assert hit.law.title == "关于推动外贸稳规模优结构的若干措施"


def test_a_question_about_the_gazette_finds_its_articles(searcher: Searcher) -> None:
    result = searcher.search(SearchRequest("残疾预防工作由谁负责"))
    assert any("残疾预防" in hit.law.title for hit in result.hits[:3])
    assert any(hit.law.region == "宁夏回族自治区" for hit in result.hits)


def test_wages_are_found_without_a_shared_word(searcher: Searcher) -> None:
    result = searcher.search(SearchRequest("老板拖欠工资怎么办"))
    expected = {"中华人民共和国劳动合同法", "中华人民共和国劳动法", "保障农民工工资支付条例"}
    assert expected & {hit.law.title for hit in result.hits[:5]}


def test_a_row_of_the_task_list_answers_who_and_when(searcher: Searcher) -> None:
    hit = _first(searcher, "常态化工作机制任务清单第30项由谁牵头，什么时候完成")
    assert hit.id.endswith("/30")
    assert hit.cells["完成时限"] == "2024年6月底"
    assert "自治区政府办公厅" in hit.cells["责任单位"]


@pytest.mark.parametrize("query", ["红烧肉怎么做", "用 Python 怎么排序一个列表", "今天晚上吃什么好呢"])
def test_what_is_no_matter_of_law_finds_nothing(searcher: Searcher, query: str) -> None:
    result = searcher.search(SearchRequest(query))
    assert not result.hits
    assert result.notice is not None


def test_every_hit_carries_its_status_and_nothing_is_shown_twice(searcher: Searcher, corpus: Path) -> None:
    for line in _lines(corpus / "queries" / "consultations_train.jsonl")[:60]:
        result = searcher.search(SearchRequest(json.loads(line)["query"]))
        assert all(hit.law.status and hit.law.status_basis for hit in result.hits)
        assert len({hit.id for hit in result.hits}) == len(result.hits)
        assert len({hit.text for hit in result.hits}) == len(result.hits)


def test_evaluation_prints_the_table(index: Path, corpus: Path) -> None:
    queries = corpus / "queries" / "consultations_train.jsonl"
    arguments = ["evaluate", "--index", str(index), "--as-of", "2023-06-30", "--queries", str(queries)]
    done = subprocess.run(
        [sys.executable, "-c", "from service.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "R@10" in done.stdout, done.stderr
    assert "MRR@10" in done.stdout


def test_a_law_knows_its_versions(index: Path) -> None:
    from indexer.storage import Index

    library = Library(Index.open(index))
    view = library.article("民法典第一千零七十九条")
    assert view.law.status == "现行有效"
    assert library.article(f"{GAZETTE_LAW}第八条").children


def test_a_second_build_gives_the_same_answers(index: Path, corpus: Path, tmp_path: Path) -> None:
    """The same sources give the same generation, byte for byte: its name is the digest of its content."""
    from indexer.storage import Index

    done = _build(corpus, tmp_path / "again")
    assert done.returncode == 0, done.stderr
    assert Index.open(tmp_path / "again").manifest.generation == Index.open(index).manifest.generation
