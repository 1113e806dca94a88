"""What a logbook and a run say of themselves, as facts for programs."""

from __future__ import annotations

from typing import Any

from engineroom import api

__all__ = ["logbook_facts", "run_facts"]


def logbook_facts(book: api.LogbookView) -> dict[str, Any]:
    """Return what `engineroom runs --json` prints."""
    return {
        "file": book.path,
        "contains_rows": book.contains_rows,
        "runs": [run_facts(run) for run in book.runs],
    }


def run_facts(run: api.Run) -> dict[str, Any]:
    """Return what is known of a run without computing any of it again."""
    record = run.record
    return {
        "run": run.number,
        "name": run.name,
        "created": record.row.created,
        "status": run.status,
        "parent": record.row.parent,
        "parent_step": record.row.parent_step,
        "steps": run.steps,
        "epochs": run.epochs,
        "steps_per_epoch": record.steps_per_epoch,
        "batch_size": record.plan.batch_size,
        "dtype": record.plan.dtype,
        "seed": record.seed,
        "numerics": record.plan.numerics,
        "network": [layer.to_dict() for layer in run.network.layers],
        "loss_law": record.loss_law.to_dict(),
        "optimizer": record.optimizer.to_dict(),
        "training_rows": len(run.dataset.training),
        "validation_rows": len(run.dataset.validation),
        "first_loss": record.first_loss,
        "last_loss": record.last_loss,
        "metrics": run.metrics,
        "best": run.best,
        "predicts_with_step": run.best_state_step,
        "finding": run.finding,
        "logbook": run.logbook,
    }
