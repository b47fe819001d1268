"""`python -m bench [workload ...]`."""

import argparse
import json
import sys
from datetime import UTC, datetime

from bench import curves, field, machine, report, soak
from bench.campaign import Campaign
from bench.figures import outcomes
from bench.places import RESULTS, ROOT
from bench.prepare import NotReady, prepare
from bench.workloads import KILLS, NAMES, PANELS, RACES, RECORD, SCREENS, WORKLOADS


def main() -> int:
    """0: all bars met (or a quick run went through). 1: one was missed or not measured. 2: it could not start."""
    if sys.argv[1:2] == ["soak"]:
        return soak.main(sys.argv[2:])
    options = _options()
    try:
        node = prepare()
    except NotReady as missing:
        print(f"The bench cannot run: {missing}", file=sys.stderr)
        return 2
    if options.workloads[:1] == ["field"]:
        return field.main(node, options.runs, options.workloads[1:])
    if options.workloads[:1] == ["curves"]:
        return curves.main(node, options.runs, options.workloads[1:])
    names = [name for name in NAMES if name in (options.workloads or NAMES)]
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": options.quick,
        "repeats": options.runs,
        "machine": machine.describe(node),
    }
    _say(options.json, machine.sentence(result["machine"]))
    campaign = Campaign(node, quick=options.quick, say=lambda line: _say(options.json, line))
    interrupted = False
    try:
        campaign.run(names, options.runs, options.kills, options.races)
    except KeyboardInterrupt:
        interrupted = True
        campaign.notes.append("interrupted: what follows is missing")
    found = outcomes(campaign.runs)
    result |= {"notes": campaign.notes, "runs": campaign.runs}
    report.write(result, found, into_readme=options.readme)
    if options.json:
        print(json.dumps(result))
    else:
        print(f"\n{report.as_text(found, quick=options.quick)}\n")
        for note in campaign.notes:
            print(f"! {note}")
        if options.quick:
            print("A quick run shows that everything works. Its figures mean nothing.")
        print(f"Every run's figures: {(RESULTS / 'latest.json').relative_to(ROOT)}")
    if interrupted or (campaign.notes and options.quick):
        return 1
    return 0 if options.quick or all(one.met for one in found) else 1


def _options() -> argparse.Namespace:
    known = "\n".join(f"  {name:<8} {workload.title}" for name, workload in WORKLOADS.items())
    known += f"\n  {KILLS:<8} kill -9 at random moments while people type: what is lost?"
    known += f"\n  {RACES:<8} people type while their section is made final: is every screen what was sealed?"
    known += f"\n  {PANELS:<8} a full meeting: what does each part of the page cost the server?"
    known += f"\n  {SCREENS:<8} from an act to everybody's screen: how long does it take?"
    known += f"\n  {RECORD:<8} 260,000 edits in one section: history, archive, verifying; and a plan of sixty pages"
    known += "\n  field    every server of this kind that runs here (or some workloads: field rooms saturate nodes ...)"
    known += "\n  curves   what it costs as it grows: the plots of bench/curves (or some: curves journal)"
    known += "\n  soak     (alone) half an hour of random faults on two nodes: is anything lost? `soak --help`"
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure Roundtable beside the Hocuspocus server.",
        epilog=f"workloads (all, if none is named):\n{known}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("workloads", nargs="*", metavar="workload", help="which to run")
    parser.add_argument("--runs", type=int, metavar="N", help="repeats of each (default: 3; quick: 1)")
    parser.add_argument("--kills", type=int, metavar="N", help="how often to kill the server (default: 200; quick: 3)")
    parser.add_argument("--races", type=int, metavar="N", help="how many races (default: 10,000; quick: 100)")
    parser.add_argument("--quick", action="store_true", help="small workloads, to see that everything works")
    parser.add_argument("--json", action="store_true", help="print every run as one JSON object; progress on stderr")
    parser.add_argument("--readme", action="store_true", help="put the table into bench/README.md")
    options = parser.parse_args()
    unknown = [name for name in options.workloads if name not in NAMES]
    if options.workloads[:1] == ["field"]:
        unknown = [name for name in options.workloads[1:] if name not in {*field.WORKLOADS, "nodes"}]
    elif options.workloads[:1] == ["curves"]:
        unknown = [name for name in options.workloads[1:] if name not in curves.CURVES]
    if unknown:
        parser.error(f"no workload {', '.join(unknown)}; there are {', '.join(NAMES)}")
    options.runs = options.runs or (1 if options.quick else 3)
    options.races = options.races or (100 if options.quick else 10_000)
    options.kills = options.kills or (3 if options.quick else 200)
    return options


def _say(quiet: bool, line: str) -> None:
    print(line, file=sys.stderr if quiet else sys.stdout, flush=True)
