//! Versions of tables: written in the transaction of a change, with its receipt; read also without opening the store.

use store::{
    CommitError,
    changes::Change,
    versions::{DRAFT, PUBLISHED, Step, Version, WITHDRAWN},
};

use crate::harness::{NOON, Place};

fn change(kind: &str) -> Change {
    let text = |of: &str| of.to_owned();
    Change { at: NOON, who: text("organ:office/li"), kind: text(kind), about: text("due"), ..Change::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_stands_with_its_steps_and_receipts() {
    for place in Place::each() {
        let store = place.open().await;
        let receipt = store.new_id();
        let mut version = Version {
            id: store.new_id(),
            name: "due".into(),
            state: DRAFT.into(),
            edit: 1,
            valid_from: "2026-12-01".into(),
            base: "h0".into(),
            hash: "h1".into(),
            text: "# due".into(),
            organ: "office".into(),
            person: "li".into(),
            changed_at: NOON,
            published_at: 0,
        };
        let step = |kind: &str, receipt| Step { at: NOON, kind: kind.into(), receipt, ..Step::default() };
        let side = vec![store.new_version_side(&version), store.step_side(version.id, &step("drafted", receipt))];
        let done = store.change_with_receipt(receipt, &change("table.drafted"), side).await.expect("written");
        assert_eq!(done.receipt_id, receipt);
        assert_eq!(store.version(version.id).await.expect("read").as_ref(), Some(&version));
        assert!(store.standing_versions().await.expect("read").is_empty());
        let port = place.port.clone();
        assert!(store::published(&place.url, &port).await.expect("read").is_empty());

        (version.state, version.published_at) = (PUBLISHED.into(), NOON + 1);
        let next = store.new_id();
        let side = vec![store.changed_version_side(&version, 1), store.step_side(version.id, &step("published", next))];
        store.change_with_receipt(next, &change("table.published"), side).await.expect("written");
        version.edit = 2;
        assert_eq!(store.versions_of("due").await.expect("read"), [version.clone()]);
        let steps = store.steps(version.id).await.expect("read");
        assert_eq!(
            steps.iter().map(|of| (of.kind.as_str(), of.receipt)).collect::<Vec<_>>(),
            [("drafted", receipt), ("published", next)]
        );
        // Who read the first edit writes nothing, and leaves no step behind.
        let side = vec![store.changed_version_side(&version, 1), store.step_side(version.id, &step("edited", next))];
        let late = store.change(&change("table.edited"), side).await;
        assert!(matches!(late, Err(CommitError::Conflict(_))), "{late:?}");
        assert_eq!(store.steps(version.id).await.expect("read").len(), 2);

        let standing = store.standing_versions().await.expect("read");
        assert_eq!(standing.iter().map(|of| (of.id, of.hash.as_str())).collect::<Vec<_>>(), [(version.id, "h1")]);
        // Another process reads it while this one has the store open.
        let read = store::published(&place.url, &port).await.expect("read");
        assert_eq!(read, [("due".to_owned(), "# due".to_owned())]);
        assert_eq!(store.version_by_hash("due", "h1").await.expect("read").map(|of| of.id), Some(version.id));

        version.state = WITHDRAWN.into();
        let side = vec![store.changed_version_side(&version, 2)];
        store.change(&change("table.withdrawn"), side).await.expect("written");
        assert!(store.standing_versions().await.expect("read").is_empty());
        assert!(store.versions_in([DRAFT, WITHDRAWN]).await.expect("read").len() == 1);
        store.close().await;
    }
}
