/**
 * The schema's history, oldest first, by name. Forward only: an entry that was released is never
 * changed; a change is a new entry.
 */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const first: Migration = {
  async up(db) {
    for (const statement of [
      `create table users (
        id text primary key,
        username text not null unique,
        username_folded text not null unique,
        display_name text not null,
        email text,
        password_hash text not null,
        disabled_at integer,
        created_at integer not null
      ) strict`,
      `create table user_groups (
        user_id text not null references users (id) on delete cascade,
        group_name text not null,
        primary key (user_id, group_name)
      ) strict, without rowid`,
      `create table browser_sessions (
        id_hash text primary key,
        principal text not null,
        created_at integer not null,
        seen_at integer not null,
        expires_at integer not null
      ) strict, without rowid`,
      'create index browser_sessions_expiry on browser_sessions (expires_at)',
      `create table signin_requests (
        id text primary key,
        source text not null,
        browser_hash text not null,
        return_to text not null,
        created_at integer not null,
        expires_at integer not null
      ) strict, without rowid`,
      'create index signin_requests_expiry on signin_requests (expires_at)',
      `create table replays (
        source text not null,
        assertion_id text not null,
        expires_at integer not null,
        primary key (source, assertion_id)
      ) strict, without rowid`,
      'create index replays_expiry on replays (expires_at)',
      `create table audit_events (
        seq integer primary key autoincrement,
        id text not null unique,
        at integer not null,
        type text not null,
        body text not null,
        previous_hash text not null unique,
        hash text not null unique
      ) strict`,
      'create index audit_events_type on audit_events (type, seq)',
      `create trigger audit_events_no_update before update on audit_events
        begin select raise(abort, 'the audit log is append-only'); end`,
      // "insert or replace" deletes without the trigger below (unless recursive_triggers is on).
      `create trigger audit_events_no_replace before insert on audit_events
        when exists (
          select 1 from audit_events
          where seq = new.seq or id = new.id or hash = new.hash
            or previous_hash = new.previous_hash
        )
        begin select raise(abort, 'the audit log is append-only'); end`,
      `create trigger audit_events_no_delete before delete on audit_events
        begin select raise(abort, 'the audit log is append-only'); end`,
    ]) {
      await sql.raw(statement).execute(db)
    }
  },
}

/** Sessions of before do not say what they rest on: they end. */
const sessionBasis: Migration = {
  async up(db) {
    for (const statement of [
      'drop table browser_sessions',
      `create table browser_sessions (
        id_hash text primary key,
        principal text not null,
        basis text not null,
        browser_hash text,
        created_at integer not null,
        seen_at integer not null,
        expires_at integer not null
      ) strict, without rowid`,
      'create index browser_sessions_expiry on browser_sessions (expires_at)',
      'create index browser_sessions_browser on browser_sessions (browser_hash)',
    ]) {
      await sql.raw(statement).execute(db)
    }
  },
}

/** Sessions of before cannot be named by a provider's sign-out: they end by themselves. */
const singleLogout: Migration = {
  async up(db) {
    for (const statement of [
      'alter table browser_sessions add column name_id text',
      'alter table browser_sessions add column session_index text',
      `create index browser_sessions_name on browser_sessions (basis, name_id)
        where name_id is not null`,
      `create table logout_requests (
        id text primary key,
        source text not null,
        principal_id text not null,
        name_id text not null,
        session_index text,
        is_sent integer not null,
        expires_at integer not null
      ) strict, without rowid`,
      'create index logout_requests_expiry on logout_requests (expires_at)',
    ]) {
      await sql.raw(statement).execute(db)
    }
  },
}

/** What was read of AWS's accounts and roles. */
const discovery: Migration = {
  async up(db) {
    await sql
      .raw(`create table discoveries (
        key text primary key,
        basis text not null,
        body text,
        read_at integer,
        problem text,
        problem_since integer,
        tried_at integer not null
      ) strict, without rowid`)
      .execute(db)
  },
}

/**
 * Chain hashes are unique because each event names the last one, which the database now checks itself:
 * two more unique indexes over random values cost most of a commit's time. Beside it, how far each sink
 * has taken the log.
 */
const auditSinks: Migration = {
  async up(db) {
    for (const statement of [
      `create table audit_log (
        seq integer primary key autoincrement,
        id text not null unique,
        at integer not null,
        type text not null,
        body text not null,
        previous_hash text not null,
        hash text not null
      ) strict`,
      `insert into audit_log select seq, id, at, type, body, previous_hash, hash from audit_events
        order by seq`,
      'drop table audit_events',
      'alter table audit_log rename to audit_events',
      'create index audit_events_type on audit_events (type, seq)',
      `create trigger audit_events_no_update before update on audit_events
        begin select raise(abort, 'the audit log is append-only'); end`,
      `create trigger audit_events_no_replace before insert on audit_events
        when exists (select 1 from audit_events where seq = new.seq or id = new.id)
        begin select raise(abort, 'the audit log is append-only'); end`,
      `create trigger audit_events_no_fork before insert on audit_events
        when new.previous_hash <>
          coalesce((select hash from audit_events order by seq desc limit 1), '${'0'.repeat(64)}')
        begin select raise(abort, 'the audit log is append-only: this is not its end'); end`,
      `create trigger audit_events_no_delete before delete on audit_events
        begin select raise(abort, 'the audit log is append-only'); end`,
      `create table audit_sinks (
        sink text primary key,
        seq integer not null,
        taken_at integer,
        failing_since integer,
        failures integer not null default 0,
        problem text,
        holder text,
        held_until integer not null default 0
      ) strict, without rowid`,
    ]) {
      await sql.raw(statement).execute(db)
    }
  },
}

/**
 * Whose sessions ended or changed, for processes that keep them in memory: the triggers see every writer. A
 * session's use (`seen_at`) and a new session change nothing that anybody keeps. The latest 10,000 stay.
 */
const sessionChanges: Migration = {
  async up(db) {
    const write = `insert into session_changes (principal_id)
      values (case when json_valid(old.principal)
        then coalesce(json_extract(old.principal, '$.id'), '') else '' end);
      delete from session_changes where seq <= (select max(seq) from session_changes) - 10000;`
    for (const statement of [
      `create table session_changes (
        seq integer primary key autoincrement,
        principal_id text not null
      ) strict`,
      `create trigger browser_sessions_gone after delete on browser_sessions begin ${write} end`,
      `create trigger browser_sessions_changed
        after update of id_hash, principal, basis, created_at, expires_at on browser_sessions
        begin ${write} end`,
    ]) {
      await sql.raw(statement).execute(db)
    }
  },
}

/**
 * A command line that is signed in is a session too. Its tokens, and all else that OAuth keeps, hang on it: a
 * session that ends, whoever ends it, takes them along.
 */
const commandLines: Migration = {
  async up(db) {
    for (const statement of [
      `alter table browser_sessions add column kind text not null default 'browser'
        check (kind in ('browser', 'command'))`,
      'alter table browser_sessions add column client text',
      `create table oauth_records (
        model text not null,
        id_hash text not null,
        session_hash text,
        user_code_hash text,
        payload text not null,
        consumed_at integer,
        created_at integer not null,
        expires_at integer not null,
        primary key (model, id_hash)
      ) strict, without rowid`,
      'create index oauth_records_expiry on oauth_records (expires_at)',
      'create index oauth_records_age on oauth_records (model, created_at)',
      `create index oauth_records_session on oauth_records (session_hash)
        where session_hash is not null`,
      `create unique index oauth_records_user_code on oauth_records (user_code_hash)
        where user_code_hash is not null`,
      `create trigger browser_sessions_tokens after delete on browser_sessions
        begin delete from oauth_records where session_hash = old.id_hash; end`,
      `create table server_keys (
        name text primary key,
        value text not null,
        created_at integer not null
      ) strict, without rowid`,
    ]) {
      await sql.raw(statement).execute(db)
    }
  },
}

/** By name, in the order in which they run. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': first,
  '0002-session-basis': sessionBasis,
  '0003-single-logout': singleLogout,
  '0020-discovery': discovery,
  '0021-audit-sinks': auditSinks,
  '0024-session-changes': sessionChanges,
  '0030-command-lines': commandLines,
}
