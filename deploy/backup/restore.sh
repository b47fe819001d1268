#!/bin/sh
# Puts a PostgreSQL cluster back as it was at a moment: restore.sh 2026-11-25T14:30:00Z, or `latest`.
#
# Fills $PGDATA, which must be empty, from the newest whole copy below $BACKUPS that was done before the moment, and
# takes in the changes up to it. Ends with 0 when the cluster is there, 1 when it could not be made (then $PGDATA is
# empty again), 2 when it was asked wrongly.
set -eu

: "${BACKUPS:?the folder of the backups}"
: "${PGDATA:?the folder of the cluster, empty}"

say() { echo "restore: $*" >&2; }

refuse() {
    say "$*"
    exit 2
}

moment=${1:-}
case $moment in
latest) stamp=99999999T999999Z ;;
[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z)
    stamp=$(echo "$moment" | tr -d ':-')
    ;;
*) refuse "say the moment, in UTC, as 2026-11-25T14:30:00Z, or: latest" ;;
esac

if [ -d "$PGDATA" ] && [ -n "$(ls -A "$PGDATA")" ]; then
    refuse "$PGDATA is not empty; put what is there elsewhere first"
fi

# Their names sort by time.
name=$(ls -d "$BACKUPS"/[0-9]*/base/[0-9]*Z 2>/dev/null | sed 's|.*/||' | sort | awk -v at="$stamp" '$0 < at' | tail -n 1)
[ -n "$name" ] || refuse "no whole copy was done before $moment"
copy=$(ls -d "$BACKUPS"/[0-9]*/base/"$name" | tail -n 1)
changes=${copy%/base/*}/wal
say "from the whole copy $name and the changes after it, up to $moment"

undo() {
    say "PostgreSQL could not be brought to $moment:"
    tail -n 20 "$log" >&2
    rm -rf "$log" "$sockets"
    find "$PGDATA" -mindepth 1 -delete
    exit 1
}

settings=postgresql.auto.conf
umask 077
log=$(mktemp)
sockets=$(mktemp -d)
mkdir -p "$PGDATA"
tar -xzf "$copy/base.tar.gz" -C "$PGDATA" 2>"$log" || undo
# From here only: who else took this copy from a restored cluster has lines of the kind in it.
forget_recovery() {
    grep -vE '^(restore_command|recovery_target)' "$PGDATA/$settings" >"$PGDATA/$settings.new" || :
    mv "$PGDATA/$settings.new" "$PGDATA/$settings"
}
forget_recovery
{
    echo "restore_command = 'cp \"$changes/%f\" \"%p\" 2>/dev/null || cp \"$changes/%f.partial\" \"%p\"'"
    echo "recovery_target_action = 'promote'"
    [ "$moment" = latest ] || echo "recovery_target_time = '${moment%Z}+00'"
} >>"$PGDATA/$settings"
touch "$PGDATA/recovery.signal"

# Nobody can connect meanwhile. It is done when PostgreSQL takes writes; where it cannot get there, it ends.
export LC_ALL=C
pg_ctl --pgdata="$PGDATA" --wait --timeout=86400 --log="$log" start \
    --options="-c listen_addresses='' -c unix_socket_directories='$sockets' -c hot_standby=off" \
    >/dev/null || undo
until pg_controldata "$PGDATA" | grep -q '^Database cluster state: *in production$'; do
    pg_ctl --pgdata="$PGDATA" status >/dev/null || undo
    sleep 1
done
pg_ctl --pgdata="$PGDATA" --wait --mode=fast stop >/dev/null
forget_recovery
rm -rf "$log" "$sockets"

# What is written from now on is another history, and the backup job keeps it apart.
last=$(ls "$BACKUPS" | grep -E '^[0-9]+$' | sort -n | tail -n 1)
mkdir -p "$BACKUPS/$((last + 1))/wal" "$BACKUPS/$((last + 1))/base"
say "the cluster is as it was at $moment; start PostgreSQL and the nodes, then: roundtable verify"
