#!/bin/sh
# Draws enrolment QR codes with the command line and reads them back with zbarimg: the text must be the key URI, byte
# for byte, from the SVG picture as well as from the terminal text.
#
#     tests/interop/qr.sh [BINARY]          (needs zbarimg, rsvg-convert and python3)
set -eu

binary=${1:-account-security}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0
read_codes=0

# The URI that `totp new` printed must be what zbarimg sees in the picture.
compare() {
    want=$(cat "$folder/uri")
    got=$(zbarimg --quiet --nodbus --raw --oneshot -Sdisable -Sqrcode.enable "$2" || true)
    if [ "$got" = "$want" ]; then
        read_codes=$((read_codes + 1))
    else
        failed=1
        printf 'NOT READ (%s): wanted %s, got %s\n' "$1" "$want" "$got" >&2
    fi
}

by_svg() {
    rm -f "$folder/code.svg"
    "$binary" totp new "$@" --qr svg --out "$folder/code.svg" > "$folder/uri"
    rsvg-convert --width 600 "$folder/code.svg" --output "$folder/code.png"
    compare "svg $*" "$folder/code.png"
}

by_terminal() {
    "$binary" totp new "$@" --qr terminal > "$folder/text"
    tail -n 1 "$folder/text" > "$folder/uri"
    # Each character holds two modules; eight pixels to a module.
    python3 - "$folder" <<'PYTHON'
import sys
folder = sys.argv[1]
lines = open(folder + "/text", encoding="utf-8").read().splitlines()[:-1]
light = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}
rows = [bytes(255 * light[mark][half] for mark in line for _ in range(8)) for line in lines for half in (0, 1)]
# The lower half of a last odd row belongs to no module.
rows = rows[: len(rows[0]) // 8]
with open(folder + "/code.pgm", "wb") as image:
    image.write(b"P5 %d %d 255\n" % (len(rows[0]), len(rows) * 8))
    for row in rows:
        image.write(row * 8)
PYTHON
    compare "terminal $*" "$folder/code.pgm"
}

for draw in by_svg by_terminal; do
    $draw --issuer 'Example Pay' --account 'alice@example.com'
    $draw --issuer 'A' --account 'b'
    $draw --issuer '支付' --account '王小明'
    $draw --issuer 'Käse & Co' --account 'a+b/c?d&e=f#g%h'
    $draw --issuer 'Example Pay' --account 'alice' --algorithm sha256 --digits 8 --period 60
    $draw --issuer 'Example Pay' --account 'alice' --algorithm sha512 --digits 8 --period 15
    $draw --issuer "$(printf '%128s' '' | tr ' ' 'i')" --account "$(printf '%128s' '' | tr ' ' '%')"
done

printf 'QR codes read back by %s: %d\n' "$(zbarimg --version 2>&1 | head -n 1)" "$read_codes"
exit "$failed"
