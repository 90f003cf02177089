//! The server's side of the wire: who is let in, and in which order a head is judged.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

mod support;

use convex_pipelines::http::guard::{self, MAX_BODY_BYTES};
use convex_pipelines::http::operation::Operation;
use serde_json::{Value, json};
use support::head::{TOKEN, environment, head, judge, status, with};
use support::written::{given, text};

const OTHER: &str = "Zk4vQ9pL2sXw7RtB1nYc6MhJ8dGf3AeU";

#[test]
fn every_operation_proceeds_by_its_name() {
    for operation in Operation::ALL {
        for path in [format!("/pipelines/{}", operation.name()), format!("/api/pipelines/{}", operation.name())] {
            assert_eq!(
                judge(with(head(), json!({ "path": path })), environment()),
                json!({ "operation": operation.name() })
            );
        }
    }
}

#[test]
fn steps_are_judged_in_the_contracts_order() {
    let mut head = json!({ "method": "GET", "path": "/pipelines/list", "authorization": "Bearer wrong",
        "contentType": "text/plain", "contentLength": "9999999" });
    assert_eq!(status(head.clone(), json!({})), 503);
    assert_eq!(status(head.clone(), environment()), 401);
    for (mend, expected) in [
        (json!({ "authorization": format!("Bearer {TOKEN}") }), 405),
        (json!({ "method": "POST" }), 415),
        (json!({ "contentType": "application/json" }), 413),
        (json!({ "contentLength": "2" }), 200),
    ] {
        head = with(head, mend);
        assert_eq!(status(head.clone(), environment()), expected, "{head}");
    }
}

#[test]
fn without_a_usable_token_nobody_is_let_in() {
    let deploy_key = format!("prod:happy-animal-123|{OTHER}");
    let older_key = format!("happy-animal-123|{OTHER}");
    let unusable = [
        "",
        " ",
        "changeme",
        &TOKEN[..31],
        &"a".repeat(64),
        "your-admin-token-goes-here-0123456789",
        "CHANGEME-CHANGEME-CHANGEME-0123456789",
        "replace-this-with-a-long-random-token",
        "a placeholder of more than 32 characters",
        "9f3c5d1e8b7a4260 b4e19c02d7f5a8e3",
        "9f3c5d1e8b7a4260b4e19c02d7f5a8eé",
        &deploy_key,
        &older_key,
    ];
    for token in unusable {
        for variable in guard::TOKEN_VARIABLES {
            let head = with(head(), json!({ "authorization": format!("Bearer {token}") }));
            let verdict = judge(head, json!({ variable: token }));
            assert_eq!(verdict["reply"]["status"], 503, "{variable} {token:?}");
            assert_eq!(verdict["event"], "missing_admin_token");
            assert!(verdict["reply"]["headers"].get("Retry-After").is_some());
            assert!(token.trim().is_empty() || !verdict.to_string().contains(token), "{verdict}");
        }
    }
    assert_eq!(status(head(), json!({ "PIPELINES_ADMIN_TOKEN": 7 })), 503);
    assert_eq!(status(head(), json!({})), 503);
}

#[test]
fn a_deploy_key_is_a_token_only_with_leave() {
    for key in [format!("prod:happy-animal-123|{OTHER}"), format!("happy-animal-123|{OTHER}")] {
        let head = with(head(), json!({ "authorization": format!("Deployment {key}") }));
        let allowed = |word: &str| json!({ "CONVEX_DEPLOYMENT_KEY": key, "PIPELINES_ALLOW_DEPLOY_KEY": word });
        assert_eq!(status(head.clone(), allowed("1")), 200);
        for word in ["", "0", "true", "yes"] {
            assert_eq!(status(head.clone(), allowed(word)), 503, "{word}");
        }
    }
}

#[test]
fn any_of_several_tokens_is_accepted() {
    let third = "m8XcV5bN2qW7eR4tY1uI6oP3aS9dF0gH";
    let environment = json!({ "PIPELINES_ADMIN_TOKEN": TOKEN, "CONVEX_ADMIN_KEY": format!(" {OTHER}\n"), "CONVEX_DEPLOYMENT_KEY": third });
    for token in [TOKEN, OTHER, third] {
        let head = with(head(), json!({ "authorization": format!("Bearer {token}") }));
        assert_eq!(status(head, environment.clone()), 200, "{token}");
    }
    // One that is unusable opens nothing beside one that is not.
    let beside = json!({ "PIPELINES_ADMIN_TOKEN": TOKEN, "CONVEX_ADMIN_KEY": "changeme" });
    assert_eq!(status(with(head(), json!({ "authorization": "Bearer changeme" })), beside.clone()), 401);
    assert_eq!(status(head(), beside), 200);
}

#[test]
fn bearer_and_deployment_are_the_schemes_unless_one_is_fixed() {
    let presented = |scheme: &str| with(head(), json!({ "authorization": format!("{scheme} {TOKEN}") }));
    for scheme in ["Bearer", "bearer", "BEARER", "Deployment", "deployment"] {
        assert_eq!(status(presented(scheme), environment()), 200, "{scheme}");
    }
    for scheme in ["Basic", "Convex", "Bearer:", "Bearer,", ""] {
        assert_eq!(status(presented(scheme), environment()), 401, "{scheme}");
    }
    let fixed = with(environment(), json!({ "CONVEX_AUTH_SCHEME": "Pipelines" }));
    assert_eq!(status(presented("pipelines"), fixed.clone()), 200);
    assert_eq!(status(presented("Bearer"), fixed.clone()), 401);
    assert_eq!(status(presented("Deployment"), fixed), 401);
    let unset = with(environment(), json!({ "CONVEX_AUTH_SCHEME": " " }));
    assert_eq!(status(presented("Deployment"), unset), 200);
    assert_eq!(status(with(head(), json!({ "authorization": format!(" Bearer   {TOKEN} ") })), environment()), 200);
}

#[test]
fn every_reason_for_401_gives_the_same_bytes() {
    let authorizations = [
        json!(null),
        json!(""),
        json!("Bearer"),
        json!("Bearer "),
        json!("Bearer wrong"),
        json!(TOKEN),
        json!(format!("Basic {TOKEN}")),
        json!(format!("Bearer\t{TOKEN}")),
        json!(format!("Bearer{TOKEN}")),
        json!(format!("Bearer {}", &TOKEN[..31])),
        json!(format!("Bearer {TOKEN}0")),
        json!(format!("Bearer {}", TOKEN.to_uppercase())),
        json!(format!("Bearer {TOKEN} {TOKEN}")),
        json!(format!("Bearer {TOKEN}, Bearer {TOKEN}")),
        json!(format!("Bearer {OTHER}")),
        json!([format!("Bearer {TOKEN}")]),
        json!("x".repeat(100_000)),
    ];
    let mut replies = Vec::new();
    for authorization in authorizations {
        for path in ["/pipelines/list", "/pipelines/drop", "/pipelines/", "/"] {
            for (method, content_type) in [("POST", "application/json"), ("OPTIONS", "text/plain"), ("GET", "")] {
                let head = json!({ "method": method, "path": path, "authorization": authorization,
                    "contentType": content_type, "contentLength": "99999999" });
                let verdict = guard::judge(&given(head.clone()), &given(environment()));
                replies.push((head, text(&verdict)));
            }
        }
    }
    let (_, expected) = replies[0].clone();
    for (head, reply) in replies {
        assert_eq!(reply, expected, "{head}");
    }
    let verdict: Value = serde_json::from_str(&expected).unwrap();
    assert_eq!((&verdict["reply"]["status"], &verdict["event"]), (&json!(401), &json!("unauthorized")));
    assert!(verdict["reply"]["headers"]["WWW-Authenticate"].as_str().unwrap().starts_with("Bearer"));
}

#[test]
fn only_the_shell_itself_can_say_that_somebody_is_signed_in() {
    let nobody = with(head(), json!({ "authorization": null }));
    assert_eq!(status(nobody.clone(), json!({ "open": true })), 200);
    // Variables of the environment are texts.
    for open in [json!("true"), json!("1"), json!(1), json!({})] {
        assert_eq!(status(nobody.clone(), json!({ "open": open })), 503, "{open}");
        assert_eq!(status(nobody.clone(), with(environment(), json!({ "open": open }))), 401, "{open}");
    }
    assert_eq!(status(with(nobody, json!({ "method": "GET" })), json!({ "open": true })), 405);
}

#[test]
fn other_methods_are_told_what_is_allowed() {
    for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", ""] {
        let reply = judge(with(head(), json!({ "method": method })), environment())["reply"].clone();
        assert_eq!((&reply["status"], &reply["headers"]["Allow"]), (&json!(405), &json!("POST")), "{method}");
        assert!(reply["body"].as_str().unwrap().contains(r#""code":"protocol""#));
    }
}

#[test]
fn an_unknown_operation_is_not_found() {
    for path in ["/pipelines/drop", "/pipelines/", "/pipelines", "/list", "/pipelines/list/", "/pipelines/List", ""] {
        let reply = judge(with(head(), json!({ "path": path })), environment())["reply"].clone();
        assert_eq!(reply["status"], 404, "{path}");
        assert!(reply["body"].as_str().unwrap().contains(r#""code":"not_found""#));
    }
}

#[test]
fn only_json_is_read() {
    for content_type in [
        "application/json",
        "Application/JSON",
        " application/json ",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "application/json; charset=utf8",
        "application/json; charset=\"UTF8\"",
        "application/json; Charset = Utf8 ; profile=x",
        "application/json; profile=x; charset=utf-8",
    ] {
        assert_eq!(status(with(head(), json!({ "contentType": content_type })), environment()), 200, "{content_type}");
    }
    for content_type in [
        json!(null),
        json!(""),
        json!("text/plain"),
        json!("text/json"),
        json!("application/x-www-form-urlencoded"),
        json!("application/jsonp"),
        json!("application/json-patch+json"),
        json!("application/json, text/plain"),
        json!("application/json; charset=utf-16"),
        json!("application/json; charset=latin1"),
        json!("application/json; charset=utf-88"),
        json!("application/json; charset="),
        json!("multipart/form-data; boundary=application/json"),
    ] {
        assert_eq!(status(with(head(), json!({ "contentType": content_type })), environment()), 415, "{content_type}");
    }
}

#[test]
fn a_declared_length_over_1_mib_is_refused() {
    assert_eq!(MAX_BODY_BYTES, 1 << 20);
    for (length, expected) in [
        (json!(null), 200),
        (json!("0"), 200),
        (json!("1048576"), 200),
        (json!("1048577"), 413),
        (json!(" 1048577 "), 413),
        (json!("9007199254740993"), 413),
        // What is no length is not believed; the bytes are counted.
        (json!("-1"), 200),
        (json!("many"), 200),
        (json!("1e9"), 200),
    ] {
        let head = with(head(), json!({ "contentLength": length }));
        assert_eq!(status(head, environment()), expected, "{length}");
    }
}
