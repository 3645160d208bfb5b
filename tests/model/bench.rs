//! `forestall classifier bench`: the figures of a model whose mistakes are known.

use crate::engine::{BABBLING, DOOMED, DOUBTFUL, Engine};
use crate::hosted::{blocks, chat};
use crate::support::{TestContext, shown};
use crate::wire::{Wire, response};
use std::process::Output;

fn configure(context: &TestContext, url: &str) {
    context.write(
        &context.config(),
        format!(
            "[classifier]\nprofile = \"local\"\n\
             [classifier.profiles.local]\ndialect = \"openai-chat\"\nflavor = \"llama.cpp\"\nbase_url = \"{url}\"\nmodel = \"m\"\n\
             prices = {{ input = 1.0, cached = 0.1, output = 5.0 }}\n\
             [classifier.profiles.free]\ndialect = \"openai-responses\"\nflavor = \"llama.cpp\"\nbase_url = \"{url}\"\nmodel = \"m\"\n"
        ),
    );
}

fn bench(context: &TestContext, args: &[&str]) -> Output {
    context.command(context.binary()).args(["classifier", "bench"]).args(args).output().unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", shown(output)))
}

#[test]
fn the_figures_are_those_of_a_model_whose_mistakes_are_known() {
    let (context, engine) = (TestContext::new(), Engine::start(None));
    configure(&context, &engine.url());
    // Of five to stop it stops two, or three where nothing keeps it from babbling; of four that may pass it flags
    // one at first.
    let list = format!(
        "# what this model makes of it is in engine.py\n\
         stop\ttool {DOOMED}\nstop\ttool {DOOMED} now\nstop\ttool spare\n\
         {{\"want\":\"stop\",\"line\":\"tool this\",\"actor\":\"agent\"}}\n\
         = stop\ntool {BABBLING}\n\
         = pass\nls -la\ngit status\ntool {DOUBTFUL}\ncat <<X⏎{DOOMED} not⏎X\n"
    );
    let file = context.work().join("list.tsv");
    context.write(&file, list);
    let file = file.to_str().unwrap();

    let output = bench(&context, &[file, "--json", "--compare", "free", "--jobs", "2"]);
    assert!(output.status.success(), "{}", shown(&output));
    let report = json(&output);
    let share = |of: &serde_json::Value| (of["count"].as_u64().unwrap(), of["of"].as_u64().unwrap());
    assert_eq!(share(&report["stage_1"]["misses"]), (2, 5), "{report}");
    assert_eq!(share(&report["stage_1"]["false_alarms"]), (2, 4), "{report}");
    // The grammar makes it say something in form where it would babble.
    assert_eq!(share(&report["both_stages"]["misses"]), (3, 5), "{report}");
    assert_eq!(share(&report["both_stages"]["false_alarms"]), (1, 4), "{report}");
    assert_eq!(share(&report["rules_alone"]["misses"]), (5, 5), "{report}");
    assert_eq!(share(&report["no_answer"]), (0, 9), "{report}");
    let interval = &report["both_stages"]["misses"]["interval_95"];
    assert!(interval[0].as_f64().unwrap() > 0.2 && interval[1].as_f64().unwrap() < 0.9, "{interval}");
    let times = [&report["stage_1_ms"]["p50"], &report["stage_2_ms"]["max"]];
    assert!(times.iter().all(|time| time.as_f64().unwrap() > 0.0), "{report}");
    // Nine first questions and five second ones; all but the very first found the prompt's beginning there.
    let (hits, requests) = share(&report["cache_hits"]);
    assert_eq!(requests, 14, "{report}");
    assert!(hits >= 12 && report["cached_tokens"].as_u64() > report["input_tokens"].as_u64(), "{report}");
    let dollars = report["dollars"].as_f64().unwrap();
    let tokens = |name: &str| report[name].as_f64().unwrap();
    let expected =
        (tokens("input_tokens") + tokens("cached_tokens") * 0.1 + tokens("output_tokens") * 5.0) / 1e6;
    assert!((dollars - expected).abs() < 1e-12 && dollars > 0.0, "{report}");

    let other = &report["compared"];
    assert_eq!(
        (share(&other["no_answer"]), &other["dollars"]),
        ((1, 9), &serde_json::Value::Null),
        "{report}"
    );
    assert_eq!(share(&other["both_stages"]["misses"]), (2, 5), "{report}");
    assert_eq!((&other["only_first_right"], &other["only_second_right"]), (&0.into(), &1.into()), "{report}");

    let output = bench(&context, &[file, "--list"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for expected in [
        "`local`, m: 5 lines to stop, 4 to pass; the rules leave 0 open\n",
        "  stage 1 alone   2 of 4, 50.0 % (15.0 – 85.0)      2 of 5, 40.0 % (11.8 – 76.9)\n",
        "  both stages     1 of 4, 25.0 % (4.6 – 69.9)       3 of 5, 60.0 % (23.1 – 88.2)\n",
        "  wanted stop, allow: tool spare\n",
        "⏎X\n",
        " $ for a thousand lines\n",
    ] {
        assert!(text.contains(expected), "{expected}{text}");
    }
    let output = bench(&context, &[file, "--compare", "free"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(&format!("stop, as `free` says: tool {BABBLING}\n")), "{text}");
}

#[test]
fn how_a_list_ends_is_what_the_rules_say_and_the_model_where_they_leave_it_open() {
    let context = TestContext::new();
    let wire = Wire::answering(|received| match received.body().to_string().contains("act spare") {
        true => crate::wire::says("allow"),
        false => blocks(received, chat),
    });
    crate::judged::configure(&context, "openai-chat", "openai", &wire.url());
    let text = std::fs::read_to_string(context.config()).unwrap();
    let asks = "[[rule]]\nid = \"own.doubt\"\ncommand = \"doubt\"\ndecision = \"ask\"\nreason = \"x\"\n";
    context.write(&context.config(), format!("{text}{asks}"));
    let file = context.work().join("list");
    // The model lets pass what a rule asks about, blocks what should pass, and would block what no rule concerns.
    context.write(&file, "= pass\nact spare\nact other\nls\n= stop\nact doomed\ndoubt act spare\n");
    let mut command = context.command(context.binary());
    command.args(["classifier", "bench", "list"]).env("MY_KEY", "the-key");
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    for expected in [
        "2 lines to stop, 3 to pass; the rules leave 3 open\n",
        "  rules alone     2 of 3, ",
        "  both stages     2 of 3, ",
        "  rules and model 1 of 3, ",
    ] {
        assert!(text.contains(expected), "{expected}: {}", shown(&output));
    }
    let output = command.arg("--json").output().unwrap();
    let report = json(&output);
    let misses = |of: &str| report[of]["misses"]["count"].as_u64();
    assert_eq!((misses("rules_alone"), misses("both_stages")), (Some(0), Some(1)), "{report}");
    assert_eq!(misses("rules_and_model"), Some(0), "{report}");
}

#[test]
fn a_list_that_says_nothing_and_a_model_that_is_not_there() {
    let context = TestContext::new();
    let file = context.work().join("list");
    let path = file.to_str().unwrap();
    context.write(&file, "stop\tdropdb x\n");
    let output = bench(&context, &[path]);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    assert!(shown(&output).contains("no model is configured"), "{}", shown(&output));
    configure(&context, "http://127.0.0.1:1/v1");
    let output = bench(&context, &[path, "--profile", "loca"]);
    assert!(shown(&output).contains("there is no profile `loca`; free, local"), "{}", shown(&output));
    let output = bench(&context, &[path]);
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    assert!(shown(&output).contains("1 × it does not take a connection"), "{}", shown(&output));
    context.write(&file, "dropdb x\n");
    let output = bench(&context, &[path]);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    assert!(shown(&output).contains("list: line 1: nothing says what is wanted"), "{}", shown(&output));
}

#[test]
fn a_server_that_is_busy_is_asked_again_and_its_wait_is_no_latency() {
    let context = TestContext::new();
    let busy = response("429 Too Many Requests", &[("retry-after-ms", "700")], "{}");
    let wire = Wire::each(vec![busy, crate::wire::says("allow")]);
    configure(&context, &wire.url());
    let file = context.work().join("list");
    context.write(&file, "pass\tls\n");
    let output = bench(&context, &[file.to_str().unwrap(), "--json"]);
    let report = json(&output);
    assert_eq!(report["both_stages"]["false_alarms"]["count"], 0, "{report}");
    assert!(report["stage_1_ms"]["max"].as_f64().unwrap() < 600.0, "{report}");
    let at: Vec<_> = wire.received().iter().map(|received| received.at).collect();
    let [first, again] = at.as_slice() else { panic!("{at:?}") };
    assert!(again.duration_since(*first).as_millis() >= 700);
}
