from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.properties.test_chain_machine import ChainMachine


def test_long(engine):
    ChainMachine.engine = engine
    run_state_machine_as_test(
        ChainMachine,
        settings=settings(
            max_examples=250,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
