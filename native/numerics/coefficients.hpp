// Derived by native/numerics/coefficients.py; section 11 of docs/numerics.md says how they are used.
#pragma once

#include <cstdint>

#include "isa.hpp"

namespace engineroom::numerics {
inline namespace ENGINEROOM_ISA {
namespace coefficients {

inline constexpr double LOG2_E = 0x1.71547652b82fep+0;  // 1 / ln 2
inline constexpr double LN2_1 = 0x1.62e42fefa4000p-1;  // ln 2, part 1
inline constexpr double LN2_2 = -0x1.8432a1b0e2634p-43;  // ln 2, part 2
inline constexpr double TWO_OVER_PI = 0x1.45f306dc9c883p-1;  // 2 / pi
inline constexpr double HALF_PI_1 = 0x1.921fb54400000p+0;  // pi / 2, part 1
inline constexpr double HALF_PI_2 = 0x1.0b4611a626331p-34;  // pi / 2, part 2
inline constexpr double HALF_PI_3 = 0x1.1701b839a2520p-88;  // pi / 2, part 3
inline constexpr double HALF_PI_HIGH = 0x1.921fb54442d18p+0;  // pi / 2, high
inline constexpr double HALF_PI_LOW = 0x1.1a62633145c07p-54;  // pi / 2, low
inline constexpr double TWO_THIRDS_HIGH = 0x1.5555555555555p-1;  // 2 / 3, high
inline constexpr double TWO_THIRDS_LOW = 0x1.5555555555555p-55;  // 2 / 3, low

// 64 zero bits, then the first 1216 bits of 2 / pi after the point.
inline constexpr std::uint64_t TWO_OVER_PI_WORDS[20] = {
    0x0000000000000000u, 0xa2f9836e4e441529u,
    0xfc2757d1f534ddc0u, 0xdb6295993c439041u,
    0xfe5163abdebbc561u, 0xb7246e3a424dd2e0u,
    0x06492eea09d1921cu, 0xfe1deb1cb129a73eu,
    0xe88235f52ebb4484u, 0xe99c7026b45f7e41u,
    0x3991d639835339f4u, 0x9c845f8bbdf9283bu,
    0x1ff897ffde05980fu, 0xef2f118b5a0a6d1fu,
    0x6d367ecf27cb09b7u, 0x4f463f669e5fea2du,
    0x7527bac7ebe5f17bu, 0x3d0739f78a5292eau,
    0x6bfb5fb11f8d5d08u, 0x56033046fc7b6babu,
};

// (exp(r) - 1 - r) / r^2 of r; lowest first.
inline constexpr double EXP[] = {
    0x1.0000000000000p-1,
    0x1.5555555555557p-3,
    0x1.5555555555556p-5,
    0x1.11111111100dfp-7,
    0x1.6c16c16c162d6p-10,
    0x1.a01a01abe62ddp-13,
    0x1.a01a01a6d7808p-16,
    0x1.71de02375656cp-19,
    0x1.27e4db67b4303p-22,
    0x1.af4ddd84882fep-26,
    0x1.1f72fc730b4ffp-29,
};

// the same for float32; lowest first.
inline constexpr double EXP_SHORT[] = {
    0x1.0000000b8f62bp-1,
    0x1.5555555a78232p-3,
    0x1.5554e9114ecf9p-5,
    0x1.1110e0f726534p-7,
    0x1.6d431504c53d3p-10,
    0x1.a124e3f154d32p-13,
};

// (2 atanh(s) - 2 s) / s^3 of s^2; lowest first.
inline constexpr double LOG[] = {
    0x1.5555555555558p-1,
    0x1.99999999952e2p-2,
    0x1.2492492df148dp-2,
    0x1.c71c62e5800a1p-3,
    0x1.7462b4ab2ef6bp-3,
    0x1.39fe606542ddep-3,
    0x1.2b584aae78a57p-3,
};

// the same for float32; lowest first.
inline constexpr double LOG_SHORT[] = {
    0x1.5555554bb2b2cp-1,
    0x1.9999eb5d84f14p-2,
    0x1.245c438323e9ap-2,
    0x1.ddced7078dd3ap-3,
};

// (2 atanh(s) - 2 s - 2/3 s^3) / s^5 of s^2; lowest first.
inline constexpr double LOG_POW[] = {
    0x1.999999999999ap-2,
    0x1.2492492492521p-2,
    0x1.c71c71c6eaa8dp-3,
    0x1.745d177a8f200p-3,
    0x1.3b1395d4f9e5fp-3,
    0x1.1118c74823a2ep-3,
    0x1.df7ce9a6bcccbp-4,
    0x1.e02d197c00c78p-4,
};

// (sin(r) - r) / r^3 of r^2; lowest first.
inline constexpr double SIN[] = {
    -0x1.5555555555555p-3,
    0x1.1111111111110p-7,
    -0x1.a01a01a019938p-13,
    0x1.71de3a546095bp-19,
    -0x1.ae645412c560cp-26,
    0x1.61217f0b800d5p-33,
    -0x1.ab17d404de5b3p-41,
};

// the same for float32; lowest first.
inline constexpr double SIN_SHORT[] = {
    -0x1.555555545e0acp-3,
    0x1.11110def2e1c9p-7,
    -0x1.a013a793b98cep-13,
    0x1.6dbe0838a06e9p-19,
};

// (cos(r) - 1 + r^2/2) / r^4 of r^2; lowest first.
inline constexpr double COS[] = {
    0x1.5555555555555p-5,
    -0x1.6c16c16c16967p-10,
    0x1.a01a019f4eb01p-16,
    -0x1.27e4fa17da09ep-22,
    0x1.1eeb68e93b64cp-29,
    -0x1.907da367a37cbp-37,
};

// the same for float32; lowest first.
inline constexpr double COS_SHORT[] = {
    0x1.5555555502cf4p-5,
    -0x1.6c16bf54e7232p-10,
    0x1.a015c47d920acp-16,
    -0x1.25244e23e6e3ap-22,
};

// erf(x)/x - 1 of x^2, x <= 1; lowest first.
inline constexpr double ERF[] = {
    0x1.06eba8214db69p-3,
    -0x1.812746b0379e7p-2,
    0x1.ce2f21a042bdep-4,
    -0x1.b82ce312889bap-6,
    0x1.565bcd0e6502dp-8,
    -0x1.c02db3feeb579p-11,
    0x1.f9a326c233146p-14,
    -0x1.f4d2561aeafd4p-17,
    0x1.b9e6509b9867dp-20,
    -0x1.5f6d925a0bc7ap-23,
    0x1.fc4356498c2d9p-27,
    -0x1.4e607b41a6416p-30,
    0x1.7f072188e194dp-34,
    -0x1.29b9f1b3df556p-38,
};

// exp(x^2) erfc(x) of t = (x - 2.5) / (x + 2.5), 1 <= x <= 6; lowest first.
inline constexpr double ERFC[] = {
    0x1.afbb3f3b7343bp-3,
    -0x1.7ca88dec217a7p-2,
    0x1.01c11a735cd9bp-2,
    -0x1.0011543716bf5p-3,
    0x1.470ba1f67df6bp-5,
    -0x1.05bb2fe61ffbcp-8,
    -0x1.5a5716cc0a84ap-9,
    0x1.cb3b6224d655cp-11,
    0x1.def2c67e7a541p-13,
    -0x1.0e46891800d71p-13,
    -0x1.1ebd6c2acd263p-15,
    0x1.3857b73aad27dp-16,
    0x1.fac26072946c3p-18,
    -0x1.3697a24d6b62bp-19,
    -0x1.e2653bc7ba480p-20,
    0x1.16766f2184636p-23,
    0x1.6963acf7d435fp-22,
};

// erf(x)/x of x^2 - 8, x <= 4, for float32; lowest first.
inline constexpr double ERF_SHORT[] = {
    0x1.6a040781a499cp-2,
    -0x1.69a0cd301b91ep-6,
    0x1.0dabaf245a337p-9,
    -0x1.b92e6d963dfaap-13,
    0x1.717eee4e076f7p-16,
    -0x1.3218984cd195ap-19,
    0x1.ea99e1ae9780fp-23,
    -0x1.76bcc6dec6fadp-26,
    0x1.0ec5c6e1688d8p-29,
    -0x1.71aa3a7454ee2p-33,
    0x1.d73ce53e159ffp-37,
    -0x1.12ba7628ceb60p-40,
    0x1.38ee4f02d9147p-44,
    -0x1.7d61c3299c579p-48,
    0x1.71a9bd2a54af3p-52,
    -0x1.555506765c526p-57,
    0x1.6b49f96c0d06fp-61,
    -0x1.026466e217773p-63,
    0x1.8a6caab470c6fp-68,
};

}  // namespace coefficients
}  // namespace ENGINEROOM_ISA
}  // namespace engineroom::numerics
