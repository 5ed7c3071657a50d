"""The data contracts: Great Expectations suites, their thresholds with reasons, and the gate that applies them.

Databases, files and the measuring of texts do not belong here.
"""

from expectations.own import parse_own_thresholds
from expectations.suites import ContractError, import_great_expectations
from expectations.thresholds import Contract, ThresholdError, parse_thresholds
from expectations.validate import BatchReport, ContractReport, validate_articles, validate_batch

__all__ = [
    "BatchReport",
    "Contract",
    "ContractError",
    "ContractReport",
    "ThresholdError",
    "import_great_expectations",
    "parse_own_thresholds",
    "parse_thresholds",
    "validate_articles",
    "validate_batch",
]
