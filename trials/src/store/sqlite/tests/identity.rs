//! Whose file it is, and of which version.

use std::fs;

use kiln_search::sampler::strategy::Strategy;

use super::*;

fn with_sql(path: &Path, sql: &str) {
    Connection::open(path).expect("opened").execute_batch(sql).expect("executed");
}

#[test]
fn a_store_is_created_once() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    begin(&mut create(&path));
    assert_eq!(refusal(SqliteStore::create(&path, &study())), ErrorKind::Exists);
    assert_eq!(open(&path).snapshot().expect("readable").len(), 1);
}

#[test]
fn what_is_not_there_is_missing() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    for path in ["study.db", "no/directory/study.db"].map(|path| folder.path().join(path)) {
        assert_eq!(refusal(SqliteStore::open(&path)), ErrorKind::Missing);
        let error = SqliteStore::open_read_only(&path).expect_err("missing");
        assert_eq!(*error.kind(), ErrorKind::Missing);
        assert_eq!(error.to_string(), format!("{}: there is no study here", path.display()));
        assert!(error.is_input() && error.help().contains("kiln run"));
    }
    assert!(fs::read_dir(folder.path()).expect("readable").next().is_none(), "looking creates nothing");
    fs::write(folder.path().join("file"), b"").expect("writable");
    assert_eq!(refusal(SqliteStore::open(&folder.path().join("file/study.db"))), ErrorKind::Missing);
}

#[test]
fn an_interrupted_creation_is_no_store_and_can_be_repeated() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    for interrupted in
        ["", "PRAGMA journal_mode = WAL", "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; CREATE TABLE t (x)"]
    {
        with_sql(&path, interrupted);
        assert_eq!(refusal(SqliteStore::open(&path)), ErrorKind::Missing, "{interrupted}");
        assert_eq!(refusal(SqliteStore::open_read_only(&path)), ErrorKind::Missing, "{interrupted}");
        drop(create(&path));
        assert_eq!(open(&path).study().expect("readable"), study());
        fs::remove_file(&path).expect("removed");
    }
}

#[test]
fn what_is_not_ours_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    let refuse = |what: &str| {
        let before = fs::read(&path).expect("readable");
        for refused in
            [SqliteStore::open(&path), SqliteStore::open_read_only(&path), SqliteStore::create(&path, &study())]
        {
            assert_eq!(refusal(refused), ErrorKind::NotAStore, "{what}");
        }
        assert_eq!(fs::read(&path).expect("readable"), before, "{what}");
        fs::remove_file(&path).expect("removed");
    };
    fs::write(&path, "[study]\nname = \"this is a study file, and not a store\"\n".repeat(30)).expect("writable");
    refuse("a text");
    fs::write(&path, "12").expect("writable");
    refuse("two bytes");
    with_sql(&path, "CREATE TABLE trial (number INTEGER PRIMARY KEY)");
    refuse("a database");
    with_sql(&path, "PRAGMA application_id = 1");
    refuse("an application's empty database");
}

#[test]
fn a_directory_is_no_store() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    assert_eq!(refusal(SqliteStore::open(folder.path())), ErrorKind::Io);
    assert_eq!(refusal(SqliteStore::open_read_only(folder.path())), ErrorKind::Io);
}

#[test]
fn a_newer_store_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    drop(create(&path));
    let newer = MIGRATIONS.len() as u32 + 1;
    with_sql(&path, &format!("PRAGMA user_version = {newer}"));
    let before = fs::read(&path).expect("readable");
    let expected = ErrorKind::Newer { found: newer, known: newer - 1 };
    let error = SqliteStore::open(&path).expect_err("newer");
    assert_eq!(*error.kind(), expected);
    assert!(error.to_string().contains(&format!("its version is {newer}, this Kiln knows {}", newer - 1)), "{error}");
    assert_eq!(refusal(SqliteStore::open_read_only(&path)), expected);
    assert_eq!(refusal(SqliteStore::create(&path, &study())), ErrorKind::Exists);
    assert_eq!(fs::read(&path).expect("readable"), before);
}

/// The migrations of a Kiln of the future: today's, and two more.
fn future<'a>(second_to_last: &'a str, last: &'a str) -> Vec<&'a str> {
    [MIGRATIONS, &[second_to_last, last]].concat()
}

#[test]
fn an_older_store_is_migrated_with_all_it_holds() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    let mut store = create(&path);
    let lease = begin(&mut store);
    store.record_epoch(&lease, &epoch(1), Some("one")).expect("recorded");
    let before = record(&store);
    drop(store);

    let known = MIGRATIONS.len() as u32;
    let migrations = future("ALTER TABLE trial ADD COLUMN note TEXT", "UPDATE trial SET note = 'migrated'");
    let read_only = file::open_read_only(&path, &migrations).expect_err("not for reading only");
    assert_eq!(read_only.kind, ErrorKind::Older { found: known, known: known + 2 });

    let connection = file::open(&path, &migrations).expect("migrated");
    let note: String = connection.query_row("SELECT note FROM trial", [], |row| row.get(0)).expect("a note");
    assert_eq!(note, "migrated");
    assert_eq!(schema::version(&connection, &migrations).expect("known"), known + 2);
    assert_eq!(rows::changed(&connection, 0, &Clock::machine().now()).expect("readable"), before);
    drop(connection);
    file::open_read_only(&path, &migrations).expect("up to date");
    assert_eq!(refusal(SqliteStore::open(&path)), ErrorKind::Newer { found: known + 2, known });
}

#[test]
fn a_migration_that_fails_changes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    begin(&mut create(&path));
    let migrations = future("ALTER TABLE trial ADD COLUMN note TEXT", "UPDATE no_such_table SET note = ''");
    file::open(&path, &migrations).expect_err("the last migration fails");
    let store = open(&path);
    assert_eq!(record(&store).len(), 1);
    let has_note = store.connection.prepare("SELECT note FROM trial").is_ok();
    assert!(!has_note, "the first migration is undone, too");
}

#[test]
fn a_study_whose_method_is_not_on_record_keeps_it() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let cases = [
        ("[search]\nstrategy = 'tpe' # not 'gp'", Strategy::Tpe),
        ("search.strategy = \"cma-es\"", Strategy::CmaEs),
        ("[search]\nenqueue = [{ depth = 2 }]\n[space]\ndepth = 2", Strategy::Random),
        ("[space]\ndepth = 2 # strategy = 'tpe'", Strategy::Random),
    ];
    for (number, (file, expected)) in cases.into_iter().enumerate() {
        let path = folder.path().join(format!("{number}.db"));
        with_sql(&path, MIGRATIONS[0]);
        let version = "PRAGMA application_id = 0x4B696C6E; PRAGMA user_version = 1";
        let values = file.replace('\'', "''");
        with_sql(
            &path,
            &format!("INSERT INTO study VALUES (1, 's', '1', '{values}', 0, '0.1.0', '', 'cpu'); {version}"),
        );
        assert_eq!(
            refusal(SqliteStore::open_read_only(&path)),
            ErrorKind::Older { found: 1, known: MIGRATIONS.len() as u32 }
        );
        let study = open(&path).study().expect("readable");
        assert_eq!((study.strategy, study.reason), (expected, None), "{file}");
        // It stays so when somebody looks at it later.
        let later = SqliteStore::open_read_only(&path).expect("up to date").study().expect("readable");
        assert_eq!(later.strategy, expected);
    }
}

#[test]
fn a_study_without_revisions_of_its_file_is_migrated_with_all_it_holds() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    with_sql(&path, &MIGRATIONS[..3].concat());
    with_sql(
        &path,
        "INSERT INTO study VALUES (1, 's', '7', 'the file', 5, '0.1.0', 'data', 'cpu', 9, 0, 'gp', 'it suits');
         INSERT INTO objective VALUES (0, 'val_loss', 'minimize');
         INSERT INTO trial (number, candidate, origin, attempt, phase, outcome, began_at, ended_at, seen, revision)
             VALUES (0, '{\"depth\":2}', 'sampled', 1, 'ended', '{\"outcome\":\"complete\"}', 10, 20, 0, 5),
                    (1, '{\"depth\":3}', 'sampled', 2, 'paused', NULL, 30, NULL, 5, 9),
                    (2, '{\"depth\":4}', 'enqueued', 1, 'paused', NULL, 40, NULL, 5, 8);
         UPDATE trial SET stop = 1 WHERE number = 2;
         INSERT INTO epoch VALUES (0, 1, NULL), (0, 2, 'two'), (1, 1, 'one');
         INSERT INTO figure VALUES (0, 0, 'parameters', 64.0), (0, 1, 'val_loss', 0.5), (0, 1, 'seconds', 1.25),
             (0, 2, 'val_loss', 0.25), (0, 2, 'seconds', 2.0), (1, 1, 'val_loss', NULL), (1, 1, 'seconds', NULL);
         INSERT INTO warning (trial, text) VALUES (1, 'hot');
         INSERT INTO fault (trial, cause) VALUES (1, 'SIGKILL');
         INSERT INTO queue (candidate, again) VALUES ('{\"depth\":5}', 1);
         PRAGMA application_id = 0x4B696C6E; PRAGMA user_version = 3",
    );
    let mut store = open(&path);
    store.verify().expect("whole");
    let study = store.study().expect("readable");
    assert_eq!((study.seed, study.strategy, study.reason.as_deref()), (7, Strategy::Gp, Some("it suits")));
    let first = FileRevision { number: 1, rules: study.rules(), first: 0, began_at: 5 };
    assert_eq!((study.space_toml.as_str(), study.file_revision), ("the file", 1));
    assert_eq!(store.file_revisions().expect("readable"), [first]);
    assert_eq!(store.spent().expect("readable"), Duration::from_millis(3_250), "the seconds that are known");

    let trials = record(&store);
    let standings: Vec<_> = trials.iter().map(|trial| trial.standing(None)).collect();
    let found = store.standings(None).expect("readable");
    assert_eq!((found.revision, format!("{:?}", found.trials)), (9, format!("{standings:?}")), "NaN is unlike itself");
    assert_eq!(trials[0].figure("val_loss"), Some(0.25));
    assert_eq!(
        (trials[1].warnings.as_slice(), trials[1].faults.as_slice()),
        (&["hot".into()][..], &["SIGKILL".into()][..])
    );
    let wishes = store.wishes().expect("readable");
    assert_eq!((wishes.stops, wishes.queue.len()), (vec![2], 1));

    store.note_spent(Duration::from_secs(4)).expect("noted");
    store.revise_file(2, &Rules { space_toml: "wider".to_owned(), ..study.rules() }).expect("revised");
    assert_eq!(begin(&mut store).trial, 3);
    let revision_of = |trial| store.file_revision_of(trial).expect("readable").number;
    assert_eq!([2, 3].map(revision_of), [1, 2]);
}

#[test]
fn a_method_that_is_none_is_damage() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let path = folder.path().join("study.db");
    drop(create(&path));
    with_sql(&path, "UPDATE study SET strategy = 'guessing'");
    assert_eq!(refusal(open(&path).study()), ErrorKind::Corrupt);
}
