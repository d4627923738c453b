"""``emer analyze``: one clip, or many. Everything heavy is imported inside."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from emer.agent.command_line import completion
from emer.agent.command_line.asked import budget_of, check_key, language_of, settings_of
from emer.agent.command_line.options import Attest, End, Purpose, Quiet, Reasoner, Start
from emer.agent.exports.command import format_names
from emer.agent.purpose.asking import settled
from emer.agent.saying import OK, PARTIAL, USAGE, fail, status_of

if TYPE_CHECKING:
    from emer.agent.settings import Settings
    from emer.graphs.report import Report


def analyze(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            show_default=False,
            help="Video, sound file or image; or several, folders, quoted patterns.",
        ),
    ],
    question: Annotated[str | None, typer.Option(help="What you want to know.")] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Only the JSON report, on stdout; of many, one a line.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to write results to. [default for many: emer-results]"),
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option(
            "--format",
            autocompletion=completion.formats,
            help="What to write there, e.g. html,csv,eaf or all. [default: html,json,txt]",
        ),
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option(min=0.1, max=60, help="Sampled pictures per second. [default: 5]"),
    ] = None,
    start: Start = None,
    end: End = None,
    language: Annotated[
        str | None, typer.Option(help="Spoken language, e.g. en. Without it, it is guessed.")
    ] = None,
    speakers: Annotated[
        str | None,
        typer.Option(
            metavar="N or N-M", help="How many people speak. Without it, it is found out."
        ),
    ] = None,
    llm: Reasoner = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Address of the model's server: OpenAI-compatible with --llm openai:NAME.",
        ),
    ] = None,
    no_self_check: Annotated[
        bool,
        typer.Option(
            "--no-self-check", help="Do not have the model judge its statements once more."
        ),
    ] = False,
    record: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Keep the model's answers there; what it holds is not asked again."
        ),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Answer from such a file alone; no model is asked."),
    ] = None,
    show_prompts: Annotated[
        bool, typer.Option("--show-prompts", help="Show on stderr what is sent to the model.")
    ] = False,
    output_language: Annotated[
        str | None,
        typer.Option(
            autocompletion=completion.output_languages,
            help="Language of the explanation: en or zh. [default: en]",
        ),
    ] = None,
    domain: Annotated[
        str | None,
        typer.Option(help="What kind of material this is, where engines are calibrated for it."),
    ] = None,
    purpose: Purpose = None,
    attest: Attest = None,
    budget: Annotated[
        str | None,
        typer.Option(
            help="Seconds of tools' work, or limits such as tools=20,wall=1m,tokens=50000,cost=0.5."
        ),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(
            autocompletion=completion.devices,
            help="Where models of others run: auto, cpu, cuda or cuda:N. [default: auto]",
        ),
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TOOL=ENGINE",
            autocompletion=completion.engines,
            help="Which engine of a specialist, e.g. expression=deepface; may be given again.",
        ),
    ] = None,
    audit: Annotated[
        bool, typer.Option("--audit", help="Show the plan, and what was dropped and why.")
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Measure everything anew and keep nothing.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Do not take an interrupted run up again; redo files.")
    ] = False,
    quiet: Quiet = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="Files at a time. [default: half the cores]")
    ] = None,
    recursive: Annotated[
        bool, typer.Option("--recursive/--no-recursive", help="Search folders in folders.")
    ] = True,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what would be done.")
    ] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try what failed for good, or lost something.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Do so many files at most.")] = None,
    max_failures: Annotated[int | None, typer.Option(min=1, help="Stop after so many.")] = None,
    file_timeout: Annotated[
        float | None, typer.Option(min=1, help="Seconds that one file may take.")
    ] = None,
    memory: Annotated[
        float | None, typer.Option(min=1, help="GB of address space for each job.")
    ] = None,
) -> None:
    """Analyse files: who shows what, when, and what that is based on.

    Options from --jobs on are about many files: those of a folder, for example. The same command
    again does what is missing, failed or changed.

    Exit status: 0 done (gaps included), 1 failed, 2 wrong usage, 3 something was lost on the way.
    """
    from emer.agent.batch.command import analyze_many, is_many

    options: dict[str, Any] = {
        "question": question, "fps": fps, "language": language, "llm": llm,
        "output_language": language_of(output_language), "budget": budget_of(budget),
        "cache": False if no_cache else None,
        "record": str(record.absolute()) if record else None,
        "replay": str(replay.absolute()) if replay else None,
    }  # fmt: skip
    if dry_run or retry_failed or limit or max_failures or file_timeout or memory or is_many(paths):
        if audit:
            fail("--audit is about one file", status=USAGE)
        if show_prompts:
            fail("--show-prompts is about one file", status=USAGE)
        if start is not None and end is not None and end <= start:
            fail("--end must be after --start", status=USAGE)
        settings = settings_of(domain, device, engine, speakers, base_url, no_self_check)
        check_key(settings, **options)
        settings = settled(settings, purpose=purpose, attest=attest, quiet=quiet)
        analyze_many(
            paths, out=out, formats=format_names(formats, settings), as_json=json,
            dry_run=dry_run, quiet=quiet, settings=settings, jobs=jobs, recursive=recursive,
            fresh=fresh, retry_failed=retry_failed, limit=limit, max_failures=max_failures,
            file_timeout_s=file_timeout, memory_bytes=round(memory * 1e9) if memory else None,
            options={**options, "start_s": start, "end_s": end},
        )  # fmt: skip
    settings = settings_of(domain, device, engine, speakers, base_url, no_self_check)
    check_key(settings, **options)
    _analyze_one(
        paths[0], formats, out=out, as_json=json, audit=audit, quiet=quiet, resume=not fresh,
        start_s=start, end_s=end, settings=settings, show_prompts=show_prompts, purpose=purpose,
        attest=attest, **options,
    )  # fmt: skip


def _analyze_one(
    file: Path,
    formats: str | None,
    *,
    out: Path | None,
    as_json: bool,
    audit: bool,
    quiet: bool,
    settings: "Settings",
    show_prompts: bool,
    purpose: str | None,
    attest: str | None,
    **options: Any,  # noqa: ANN401 - those of `analyze`
) -> NoReturn:
    from emer.agent.exports.command import export_report
    from emer.agent.output import check_folder
    from emer.tools.errors import EmerError

    if formats is not None and out is None:
        fail("--format needs --out, the folder to write to", status=USAGE)
    names = format_names(formats, settings)
    try:
        if out is not None:
            check_folder(out)
        settings = settled(settings, purpose=purpose, attest=attest, quiet=quiet)
        if show_prompts:
            from emer.agent.sent import show

            options["on_prompt"] = show
        report = _analyse(file, settings, quiet=quiet, **options)
        if as_json:
            sys.stdout.write(report.model_dump_json(indent=2) + "\n")
        else:
            from emer.agent.terminal import print_report
            from emer.agent.terminal_audit import print_audit

            print_report(report)
            if audit:
                print_audit(report)
        if out is not None:
            export_report(report, file, out, names, settings, quiet=quiet)
    except EmerError as error:
        fail(str(error), status=status_of(error))
    except KeyboardInterrupt:
        fail("stopped before it was done; the same command goes on from here", status=130)
    except BrokenPipeError:  # the reader of our output went away, e.g. `| head`
        sys.stderr.close()
        raise typer.Exit(OK) from None
    raise typer.Exit(PARTIAL if report.run.status == "partial" else OK)


def _analyse(file: Path, settings: "Settings", *, quiet: bool, **options: Any) -> "Report":  # noqa: ANN401
    from contextlib import ExitStack

    from emer.tools.media.decoder_pool import warm_up

    warm_up()  # it starts while the imports below take their second

    from emer.agent.analysis import analyze as run_analysis
    from emer.agent.progress import progress

    with ExitStack() as stack:
        shown = progress(quiet=quiet)
        if shown is not None:
            stack.enter_context(shown)
        return run_analysis(file, settings=settings, on_event=shown, **options)
