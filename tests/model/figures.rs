//! `forestall log --stats`.

use crate::support::TestContext;

#[test]
fn the_journal_in_figures() {
    let context = TestContext::new();
    let stats = |args: &[&str]| {
        let output = context.command(context.binary()).args(["log", "--stats"]).args(args).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(stats(&[]), "Nothing was asked or stopped yet.\n");
    let record = |verdict: &str, answer: &str, model: &str| {
        format!(
            "{{\"time\":\"2026-11-20T10:00:00Z\",\"surface\":\"terminal\",\"actor\":\"human\",\"cwd\":\"/\",\"line\":\"x\",\
             \"verdict\":\"{verdict}\",\"rules\":[],\"answer\":\"{answer}\",\"decided_by\":\"rules\"{model}}}\n"
        )
    };
    let model = |said: &str, stage: u8, ms: u64| {
        format!(
            ",\"model\":{{\"profile\":\"local\",\"stage\":{stage},\"said\":\"{said}\",\"ms\":{ms},\"input_tokens\":100,\
             \"cached_tokens\":300,\"output_tokens\":2}}"
        )
    };
    let journal = [
        // As before there was a model.
        record("deny", "stopped", ""),
        record("ask", "yes", ""),
        record("allow", "allowed", &model("allow", 1, 40)),
        record("ask", "no", &model("block", 2, 300)),
        record("ask", "yes", &model("block", 2, 500)),
        "{torn\n".to_owned(),
    ];
    context.write(&context.home().join(".local/state/forestall/journal.jsonl"), journal.concat());
    assert_eq!(
        stats(&[]),
        "5 records since 2026-11-20 10:00:00Z: allowed 1, no 1, stopped 1, yes 2\n  \
           run after asking       2 of 3, 66.7 % (20.8 – 93.9)\n\
         \n\
         model `local`: asked 3 times\n  \
           allowed at once        1 of 3, 33.3 % (6.1 – 79.2)\n  \
           allowed after reasons  0 of 3, 0.0 % (0.0 – 56.1)\n  \
           blocked                2 of 3, 66.7 % (20.8 – 93.9)\n  \
           and a person ran it    1 of 2, 50.0 % (9.5 – 90.5)\n  \
           no answer              0 of 3, 0.0 % (0.0 – 56.1)\n  \
           time: half within 300 ms, 90 % within 500, 99 % within 500, all within 500\n  \
           tokens: 1200 sent (75 % of them still known to the provider), 6 written\n"
    );
    let json: serde_json::Value = serde_json::from_str(&stats(&["--json"])).unwrap();
    assert_eq!(json["models"]["local"]["overruled"]["count"], 1);
    assert_eq!(json["models"]["local"]["latency_ms"]["p50"], 300.0);
    let last: serde_json::Value = serde_json::from_str(&stats(&["--json", "-n", "1"])).unwrap();
    assert_eq!(last["records"], 1);
}
