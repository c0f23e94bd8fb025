"""A Ray cluster of several nodes on this machine, of which one is killed: `python tests/ray_nodes.py QUESTIONS OUT`."""

import os
import sys
import threading
import time
from pathlib import Path

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_USAGE_STATS_REPORT_URL"] = "http://127.0.0.1:9"  # it tells its makers even that it tells nothing
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # everything on the loopback address, as on those systems
sys.path.insert(0, str(Path(__file__).parent))


def open_slowly(article: object) -> object:
    from small_quiz import QuickAssistant

    return QuickAssistant(0.05)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(questions: Path, output: Path) -> None:
    import ray
    from ray.cluster_utils import Cluster
    from ray_nodes import open_slowly as opener  # by its name, as the nodes know it
    from small_quiz import QuickAssistant

    from qa.quiz.ray_engine import RayEngine
    from qa.quiz.run import answer_file, look_through

    here = {"node_ip_address": "127.0.0.1", "num_cpus": 1, "object_store_memory": 100_000_000}
    cluster = Cluster(initialize_head=True, head_node_args={**here, "include_dashboard": False})
    lost = [cluster.add_node(**here) for _ in range(2)][-1]
    cluster.wait_for_nodes()
    paths = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.getcwd(), os.environ.get("PYTHONPATH"))))
    ray.init(
        address=cluster.address,
        log_to_driver=False,
        runtime_env={"env_vars": {"PYTHONPATH": paths}},
        logging_level="error",
    )
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done = count

    def kill_in_the_middle() -> None:
        while done < 40:
            time.sleep(0.02)
        cluster.remove_node(lost, allow_graceful=False)
        say(f"killed after {done}")

    killer = threading.Thread(target=kill_in_the_middle, daemon=True)
    killer.start()
    engine = RayEngine(opener, cluster.address, questions_at_once=8)  # type: ignore[arg-type]
    answer_file(QuickAssistant(), look_through(questions), output, resume=True, progress=tell, engine=engine)
    killer.join(60)
    ends = time.monotonic() + 60
    while sum(node["Alive"] for node in ray.nodes()) > 2 and time.monotonic() < ends:
        time.sleep(0.2)
    say(f"nodes left {sum(node['Alive'] for node in ray.nodes())}")
    ray.shutdown()
    cluster.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
