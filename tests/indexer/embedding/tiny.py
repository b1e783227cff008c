"""Models of two layers with weights drawn at random, in the libraries' own layouts: nothing is downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORDS = (
    "养犬人应当及时清除犬只排泄物不得放任伤夜市摊主向经济办公室登记取证后营用单位按月足额支付劳动报酬克扣或者无故拖欠"
    "物业服务企公示收费项目权查阅账渡船持有适航书员岗禁止超载温泉定期检测水质布结果云岭省条例第章管理一二三四五六七八九十"
    "狗随地拉屎没管想摆什么手续老板钱发小区乱找谁渡挤太多危险泡汤池子干净怎请问可以吗呢罚款百元逾由部门负责甲乙丙答："
    "为这个句生成表示检索相关文章，。《》（）0123456789"
)
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "yes", "no", "query", "passage", "Instruct", ":", "<", ">", "|", "/")


def _tokenizer() -> Any:
    """A fast tokenizer of single characters and a few words, with the marks that BERT puts around texts."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: at for at, word in enumerate(dict.fromkeys((*SPECIAL, *WORDS)))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    marks = {f"{name}_token": f"[{name.upper()}]" for name in ("unk", "pad", "cls", "sep")}
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, model_max_length=128, **marks
    )


def _bert_config(**more: Any) -> Any:
    from transformers import BertConfig

    return BertConfig(
        vocab_size=len(_tokenizer()),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        initializer_range=0.1,
        **more,
    )


def bert(folder: Path, prompts: dict[str, str] | None = None) -> Path:
    """A sentence-transformers model: a BERT and the mean of its tokens."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import BertModel

    torch.manual_seed(3)
    raw = folder.parent / f"{folder.name}-raw"
    BertModel(_bert_config()).save_pretrained(raw)
    _tokenizer().save_pretrained(raw)
    transformer = Transformer(str(raw))
    model = SentenceTransformer(
        modules=[transformer, Pooling(transformer.get_embedding_dimension(), "mean")], prompts=prompts, device="cpu"
    )
    model.save(str(folder), create_model_card=False)
    return folder


def cross_encoder(folder: Path, outputs: int = 1) -> Path:
    """An encoder with a head that judges pairs, as a bare transformers folder."""
    import torch
    from transformers import BertForSequenceClassification

    torch.manual_seed(4)
    BertForSequenceClassification(_bert_config(num_labels=outputs)).save_pretrained(folder)
    _tokenizer().save_pretrained(folder)
    return folder


def language_model(folder: Path, family: str = "qwen3", template: str | None = None) -> Path:
    """A language model as a bare transformers folder, as the first snapshots of Qwen3-Reranker are."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(5)
    tokenizer = _tokenizer()
    tokenizer.chat_template = template
    sizes: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "max_position_embeddings": 512,
        "initializer_range": 0.1,
    }
    model = Qwen3ForCausalLM(Qwen3Config(**sizes)) if family == "qwen3" else LlamaForCausalLM(LlamaConfig(**sizes))
    tokenizer.model_max_length = 512
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
