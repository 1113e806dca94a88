"""Derived by native/numerics/coefficients.py; section 11 of docs/numerics.md says how they are used."""

LOG2_E = float.fromhex("0x1.71547652b82fep+0")  # 1 / ln 2
LN2_1 = float.fromhex("0x1.62e42fefa4000p-1")  # ln 2, part 1
LN2_2 = float.fromhex("-0x1.8432a1b0e2634p-43")  # ln 2, part 2
TWO_OVER_PI = float.fromhex("0x1.45f306dc9c883p-1")  # 2 / pi
HALF_PI_1 = float.fromhex("0x1.921fb54400000p+0")  # pi / 2, part 1
HALF_PI_2 = float.fromhex("0x1.0b4611a626331p-34")  # pi / 2, part 2
HALF_PI_3 = float.fromhex("0x1.1701b839a2520p-88")  # pi / 2, part 3
HALF_PI_HIGH = float.fromhex("0x1.921fb54442d18p+0")  # pi / 2, high
HALF_PI_LOW = float.fromhex("0x1.1a62633145c07p-54")  # pi / 2, low
TWO_THIRDS_HIGH = float.fromhex("0x1.5555555555555p-1")  # 2 / 3, high
TWO_THIRDS_LOW = float.fromhex("0x1.5555555555555p-55")  # 2 / 3, low

# The first 1216 bits of 2 / pi after the point.
TWO_OVER_PI_BITS = int(
    "0000000000000000a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561"
    "b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e41"
    "3991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b7"
    "4f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6bab",
    16,
)

# (exp(r) - 1 - r) / r^2 of r; lowest first.
EXP = (
    float.fromhex("0x1.0000000000000p-1"),
    float.fromhex("0x1.5555555555557p-3"),
    float.fromhex("0x1.5555555555556p-5"),
    float.fromhex("0x1.11111111100dfp-7"),
    float.fromhex("0x1.6c16c16c162d6p-10"),
    float.fromhex("0x1.a01a01abe62ddp-13"),
    float.fromhex("0x1.a01a01a6d7808p-16"),
    float.fromhex("0x1.71de02375656cp-19"),
    float.fromhex("0x1.27e4db67b4303p-22"),
    float.fromhex("0x1.af4ddd84882fep-26"),
    float.fromhex("0x1.1f72fc730b4ffp-29"),
)

# the same for float32; lowest first.
EXP_SHORT = (
    float.fromhex("0x1.0000000b8f62bp-1"),
    float.fromhex("0x1.5555555a78232p-3"),
    float.fromhex("0x1.5554e9114ecf9p-5"),
    float.fromhex("0x1.1110e0f726534p-7"),
    float.fromhex("0x1.6d431504c53d3p-10"),
    float.fromhex("0x1.a124e3f154d32p-13"),
)

# (2 atanh(s) - 2 s) / s^3 of s^2; lowest first.
LOG = (
    float.fromhex("0x1.5555555555558p-1"),
    float.fromhex("0x1.99999999952e2p-2"),
    float.fromhex("0x1.2492492df148dp-2"),
    float.fromhex("0x1.c71c62e5800a1p-3"),
    float.fromhex("0x1.7462b4ab2ef6bp-3"),
    float.fromhex("0x1.39fe606542ddep-3"),
    float.fromhex("0x1.2b584aae78a57p-3"),
)

# the same for float32; lowest first.
LOG_SHORT = (
    float.fromhex("0x1.5555554bb2b2cp-1"),
    float.fromhex("0x1.9999eb5d84f14p-2"),
    float.fromhex("0x1.245c438323e9ap-2"),
    float.fromhex("0x1.ddced7078dd3ap-3"),
)

# (2 atanh(s) - 2 s - 2/3 s^3) / s^5 of s^2; lowest first.
LOG_POW = (
    float.fromhex("0x1.999999999999ap-2"),
    float.fromhex("0x1.2492492492521p-2"),
    float.fromhex("0x1.c71c71c6eaa8dp-3"),
    float.fromhex("0x1.745d177a8f200p-3"),
    float.fromhex("0x1.3b1395d4f9e5fp-3"),
    float.fromhex("0x1.1118c74823a2ep-3"),
    float.fromhex("0x1.df7ce9a6bcccbp-4"),
    float.fromhex("0x1.e02d197c00c78p-4"),
)

# (sin(r) - r) / r^3 of r^2; lowest first.
SIN = (
    float.fromhex("-0x1.5555555555555p-3"),
    float.fromhex("0x1.1111111111110p-7"),
    float.fromhex("-0x1.a01a01a019938p-13"),
    float.fromhex("0x1.71de3a546095bp-19"),
    float.fromhex("-0x1.ae645412c560cp-26"),
    float.fromhex("0x1.61217f0b800d5p-33"),
    float.fromhex("-0x1.ab17d404de5b3p-41"),
)

# the same for float32; lowest first.
SIN_SHORT = (
    float.fromhex("-0x1.555555545e0acp-3"),
    float.fromhex("0x1.11110def2e1c9p-7"),
    float.fromhex("-0x1.a013a793b98cep-13"),
    float.fromhex("0x1.6dbe0838a06e9p-19"),
)

# (cos(r) - 1 + r^2/2) / r^4 of r^2; lowest first.
COS = (
    float.fromhex("0x1.5555555555555p-5"),
    float.fromhex("-0x1.6c16c16c16967p-10"),
    float.fromhex("0x1.a01a019f4eb01p-16"),
    float.fromhex("-0x1.27e4fa17da09ep-22"),
    float.fromhex("0x1.1eeb68e93b64cp-29"),
    float.fromhex("-0x1.907da367a37cbp-37"),
)

# the same for float32; lowest first.
COS_SHORT = (
    float.fromhex("0x1.5555555502cf4p-5"),
    float.fromhex("-0x1.6c16bf54e7232p-10"),
    float.fromhex("0x1.a015c47d920acp-16"),
    float.fromhex("-0x1.25244e23e6e3ap-22"),
)

# erf(x)/x - 1 of x^2, x <= 1; lowest first.
ERF = (
    float.fromhex("0x1.06eba8214db69p-3"),
    float.fromhex("-0x1.812746b0379e7p-2"),
    float.fromhex("0x1.ce2f21a042bdep-4"),
    float.fromhex("-0x1.b82ce312889bap-6"),
    float.fromhex("0x1.565bcd0e6502dp-8"),
    float.fromhex("-0x1.c02db3feeb579p-11"),
    float.fromhex("0x1.f9a326c233146p-14"),
    float.fromhex("-0x1.f4d2561aeafd4p-17"),
    float.fromhex("0x1.b9e6509b9867dp-20"),
    float.fromhex("-0x1.5f6d925a0bc7ap-23"),
    float.fromhex("0x1.fc4356498c2d9p-27"),
    float.fromhex("-0x1.4e607b41a6416p-30"),
    float.fromhex("0x1.7f072188e194dp-34"),
    float.fromhex("-0x1.29b9f1b3df556p-38"),
)

# exp(x^2) erfc(x) of t = (x - 2.5) / (x + 2.5), 1 <= x <= 6; lowest first.
ERFC = (
    float.fromhex("0x1.afbb3f3b7343bp-3"),
    float.fromhex("-0x1.7ca88dec217a7p-2"),
    float.fromhex("0x1.01c11a735cd9bp-2"),
    float.fromhex("-0x1.0011543716bf5p-3"),
    float.fromhex("0x1.470ba1f67df6bp-5"),
    float.fromhex("-0x1.05bb2fe61ffbcp-8"),
    float.fromhex("-0x1.5a5716cc0a84ap-9"),
    float.fromhex("0x1.cb3b6224d655cp-11"),
    float.fromhex("0x1.def2c67e7a541p-13"),
    float.fromhex("-0x1.0e46891800d71p-13"),
    float.fromhex("-0x1.1ebd6c2acd263p-15"),
    float.fromhex("0x1.3857b73aad27dp-16"),
    float.fromhex("0x1.fac26072946c3p-18"),
    float.fromhex("-0x1.3697a24d6b62bp-19"),
    float.fromhex("-0x1.e2653bc7ba480p-20"),
    float.fromhex("0x1.16766f2184636p-23"),
    float.fromhex("0x1.6963acf7d435fp-22"),
)

# erf(x)/x of x^2 - 8, x <= 4, for float32; lowest first.
ERF_SHORT = (
    float.fromhex("0x1.6a040781a499cp-2"),
    float.fromhex("-0x1.69a0cd301b91ep-6"),
    float.fromhex("0x1.0dabaf245a337p-9"),
    float.fromhex("-0x1.b92e6d963dfaap-13"),
    float.fromhex("0x1.717eee4e076f7p-16"),
    float.fromhex("-0x1.3218984cd195ap-19"),
    float.fromhex("0x1.ea99e1ae9780fp-23"),
    float.fromhex("-0x1.76bcc6dec6fadp-26"),
    float.fromhex("0x1.0ec5c6e1688d8p-29"),
    float.fromhex("-0x1.71aa3a7454ee2p-33"),
    float.fromhex("0x1.d73ce53e159ffp-37"),
    float.fromhex("-0x1.12ba7628ceb60p-40"),
    float.fromhex("0x1.38ee4f02d9147p-44"),
    float.fromhex("-0x1.7d61c3299c579p-48"),
    float.fromhex("0x1.71a9bd2a54af3p-52"),
    float.fromhex("-0x1.555506765c526p-57"),
    float.fromhex("0x1.6b49f96c0d06fp-61"),
    float.fromhex("-0x1.026466e217773p-63"),
    float.fromhex("0x1.8a6caab470c6fp-68"),
)
