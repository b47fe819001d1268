#!/bin/sh
# The backup job of a PostgreSQL: `run` streams every change and takes a whole copy now and then, `check` says whether
# both go well. It connects as PG* say, and writes below $BACKUPS, where restore.sh reads:
#
#   N/wal/                      the changes, as they are committed; each restore starts a new history, and N grows
#   N/base/YYYYMMDDTHHMMSSZ/    a whole copy, named by the time (UTC) at which it was done
set -eu

: "${BACKUPS:?the folder for the backups}"
: "${BACKUP_HOURS:=24}" # from one whole copy to the next
: "${BACKUP_KEEP:=14}"  # whole copies that are kept, with all changes since the oldest
LOOK=5                  # seconds
SLOT=roundtable_backup  # has PostgreSQL keep what we have not yet

say() { echo "backup: $*" >&2; }

histories() { ls "$BACKUPS" | grep -E '^[0-9]+$' | sort -n || :; }

copies() { ls "$1/base" | grep -E '^[0-9]{8}T[0-9]{6}Z$' | sort || :; } # of one history, oldest first

older_than() { # whether $1's newest copy is older than $2 minutes, or there is none
    newest=$(copies "$1" | tail -n 1)
    [ -z "$newest" ] || [ -n "$(find "$1/base/$newest" -maxdepth 0 -mmin +"$2")" ]
}

whole_copy() {
    making=$1/base/.making
    rm -rf "$making"
    pg_basebackup --pgdata="$making" --format=tar --gzip --wal-method=fetch --checkpoint=fast --no-password
    gzip --test "$making/base.tar.gz" # its pages were checked as PostgreSQL read them
    touch "$making"
    name=$(date -u +%Y%m%dT%H%M%SZ)
    mv "$making" "$1/base/$name"
    say "whole copy $name is done"
    prune "$1"
}

# Copies past the number to keep, and the changes before the oldest that stays. A history that a restore has ended goes
# once the present one reaches back far enough by itself.
prune() {
    count=$(copies "$1" | wc -l)
    if [ "$count" -gt "$BACKUP_KEEP" ]; then
        copies "$1" | head -n $((count - BACKUP_KEEP)) | while read -r old; do rm -rf "${1:?}/base/$old"; done
    fi
    oldest=$1/base/$(copies "$1" | head -n 1)
    first=$(tar -xzOf "$oldest/base.tar.gz" backup_label | sed -n 's/^START WAL LOCATION:.*(file \([0-9A-F]*\))$/\1/p')
    pg_archivecleanup "$1/wal" "${first:?no start in the label of $oldest}"
    if [ "$count" -ge "$BACKUP_KEEP" ]; then
        histories | while read -r other; do
            [ "$BACKUPS/$other" = "$1" ] || rm -rf "${BACKUPS:?}/$other"
        done
    fi
}

run() {
    umask 077
    mkdir -p "$BACKUPS"
    number=$(histories | tail -n 1)
    here=$BACKUPS/${number:-1}
    mkdir -p "$here/wal" "$here/base"
    pg_receivewal --slot="$SLOT" --create-slot --if-not-exists --no-password
    pg_receivewal --directory="$here/wal" --slot="$SLOT" --synchronous --no-loop --no-password &
    receiver=$!
    copying=
    trap 'kill "$receiver" $copying 2>/dev/null || :; wait || :; exit 0' TERM INT
    while kill -0 "$receiver" 2>/dev/null; do
        touch "$BACKUPS/.alive"
        if [ -z "$copying" ] || ! kill -0 "$copying" 2>/dev/null; then # none is under way
            copying=
            if older_than "$here" $((BACKUP_HOURS * 60)); then
                "$0" copy "$here" & # a process of its own: what fails in it ends it, and is tried again
                copying=$!
            fi
        fi
        sleep "$LOOK" &
        wait $! || :
    done
    say "the stream of changes has ended"
    exit 1
}

check() {
    number=$(histories | tail -n 1)
    if [ -z "$number" ] || older_than "$BACKUPS/$number" $((BACKUP_HOURS * 120)); then
        say "the newest whole copy is missing or too old"
        exit 1
    fi
    if [ -z "$(find "$BACKUPS/.alive" -mmin -15)" ]; then
        say "the job has not looked for a while"
        exit 1
    fi
}

case ${1:-run} in
run) run ;;
copy) whole_copy "$2" ;;
check) check ;;
*)
    say "use: backup.sh run|check"
    exit 2
    ;;
esac
