"""The table that the gate's classifiers are trained on: what each set's labels become, and that no fold leaks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from training.safety.data import MAX_CHARS, SETS, Row, data_dir, load, tidy
from training.safety.folds import FOLDS, clusters, folds_of

pytestmark = pytest.mark.unit


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """A folder like the one with the data, with harmless texts."""
    files = {
        "davidson-hate-offensive/labeled_data.csv": ",count,hate_speech,offensive_language,neither,class,tweet\n"
        "0,3,3,0,0,0,one two three\n"
        '1,3,1,2,0,1,"!!! RT @somebody: four &amp; five"\n'
        "2,3,0,0,3,2,six @somebody https://t.co/x\n",
        "edos/edos_labelled_aggregated.csv": "rewire_id,text,label_sexist,label_category,label_vector,split\n"
        "a,seven [USER],sexist,1. threats,1.1 threats,train\n"
        "b,eight,sexist,3. animosity,3.3 backhanded,train\n"
        "c,nine,not sexist,none,none,train\n",
        "hatemoji-build/train.csv": "entry_id,text,type,target,round.base,set,split,label_gold,matched_text,matched_id\n"
        "7,apple pie is round,derogation,\"['wom', 'bla']\",5,original,train,1,x,9\n"
        "9,pear pie is square,none,['none'],5,original,train,0,x,7\n",
        "hatemoji-build/validation.csv": "entry_id,text,type,target,set,split,label_gold,matched_text,matched_id\n",
        "hatemoji-build/test.csv": "entry_id,text,type,target,set,split,label_gold,matched_text,matched_id\n",
        "toxigen/statements.tsv": 'label\tgroup\tsource\ttext\nhate\twomen\tdemo\tan "odd quote\nneutral\twomen\tdemo\tplain\n',
        "surge-toxicity/toxicity_en.csv": "text,is_toxic\nten,Toxic\neleven,Not Toxic\n",
        "vader-groundtruth/tweets_GroundTruth.txt": "1\t2.5\tlovely day\n2\t1\t   \n",
        "vader-groundtruth/amazonReviewSnippets_GroundTruth.txt": "1_1\t-1\tbroke at once\n",
        "giskard-prompt-injections/prompt_injections.csv": "index,prompt,name,group,source,language\n0,do it,n,g,s,en\n",
        "wildguard-benign/wildguard.json": json.dumps([{"prompt": "how do I bake", "label": 0}]),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_every_set_is_read_and_empty_texts_are_left_out(sets: Path) -> None:
    rows = load(sets)
    assert {row.source for row in rows} == set(SETS)
    assert all(row.text and 0 <= row.label <= 1 and row.weight > 0 for row in rows)
    assert len({(row.source, row.key, row.head) for row in rows}) == len(rows)


def test_labels_say_what_the_source_said(sets: Path) -> None:
    rows = {(row.source, row.key, row.head): row for row in load(sets)}
    assert rows["davidson", "0", "hate"].label == 1
    assert rows["davidson", "1", "hate"].label == pytest.approx(0.35)
    assert rows["davidson", "1", "hate"].text == "four & five"
    assert rows["davidson", "2", "hate"].text == "six @user"
    assert rows["edos", "a", "hate"].label > rows["edos", "b", "hate"].label > rows["edos", "c", "hate"].label
    assert rows["hatemoji", "7", "hate"].twin == rows["hatemoji", "9", "hate"].twin
    assert rows["hatemoji", "7", "hate"].group == "wom,bla"
    assert rows["toxigen", "0", "hate"].text == 'an "odd quote'
    assert rows["giskard", "0", "injection"].label == 1
    assert rows["wildguard", "0", "injection"].label == 0


def test_the_real_chat_logs_are_not_among_the_sets(sets: Path) -> None:
    (sets / "twitch-chat-replays").mkdir()
    assert not any("twitch" in name for name in SETS)
    assert not any("twitch" in row.source for row in load(sets))


def test_without_data_the_error_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDECAST_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="SIDECAST_DATA"):
        data_dir()


def test_tidy_is_bounded() -> None:
    assert len(tidy("ab " * 10_000)) == MAX_CHARS


def row(text: str, source: str = "s", twin: str = "") -> Row:
    return Row(text, "hate", 0.0, 1.0, source, text, twin=twin)


def test_near_duplicates_and_twins_share_a_cluster_and_others_do_not() -> None:
    rows = [
        row("the quick brown fox jumps over the lazy dog near the river"),
        row("The QUICK brown fox jumps over the lazy dog near the river!!"),
        row("the quick brown fox jumps over the lazy dog near the rivers", "other"),
        row("something else altogether is written here about the weather"),
        row("first of twins, nothing alike", twin="t"),
        row("zweiter von beiden", twin="t"),
        row("same twin name in another source", "other", twin="t"),
        row("ok"),
        row("OK."),
    ]
    assert clusters(rows).tolist() == [0, 0, 0, 3, 4, 4, 6, 7, 7]


def test_a_cluster_lies_in_one_fold_and_folds_repeat() -> None:
    rows = [row(f"text number {number} speaks of subject {number * 7919 % 997} at length") for number in range(600)]
    rows += [row(each.text.upper(), "copy") for each in rows]
    folds = folds_of(rows)
    assert np.array_equal(folds[:600], folds[600:])
    assert np.array_equal(folds, folds_of(rows))
    assert set(folds.tolist()) == set(range(FOLDS))
    assert np.array_equal(folds_of(rows[:600]), folds[:600])
