/**
 * What the user said in turns of the labelled airline runs, by the span of the model call that was told it: our own reading, of texts that stand beside
 * the project. Read were turns that a wide net of words found (235 with thanks, 297 with anything like a protest or a person), pairs that share half of
 * their words, and whatever the detector found; it was tuned on these runs, so they show how it does where it knows the ground. Turns that are not here
 * show nothing, `unclear` ones count for nothing.
 */
export interface TurnLabels {
  readonly shown: readonly string[]
  readonly unclear: readonly string[]
}

function ids(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}

/** The answer is wrong, or missed what was meant. */
export const contradictedLabels: TurnLabels = {
  shown: ids(`
    6ecfa22b3326d84f cbbd61ee902fd386 87a4567180c9f669 54076aa2f8e0bf91 6ba917bd45604abc 4439267db045adf3 8f64376b639f2663
    d68743e65ae73856 daa8db9e647c7bd3 12b4ff73d6e64009 beac06b7c8cd19f5 e15f52b27ae389ca 18dae95eb8851713 decd816e011537eb
    e3906dc9855e9fa7 607653bf8fa1b075 268890467545ccfa 90c10ac86edca396 0fe7b56c887b33d4 4a3861ef472a6102 7d2f2c33c62bc7ff
    c0d68a3410619fe0 b90e5d1e4f7f5e8c 7b90baf5a42e85ef a13370799073a86b fc9ec23ef390298c 9f111d442fb7bd71
  `),
  unclear: ids(`
    11ade8447354f5b3 8c63c6d63ad1c495 8b7cde7464236e64 c7f09178222435a2 e6d33b2f6beff475 1e69abf084d677d4 fd423a5001be5b1d
    46837e2ad6522588 58c006ecdd3d9797 543c17dc8d3a779d 2322541a6c875fbf 456c004b4b3a79fe 151a7fdee72df2d3 f69ccb48d7e063a8
    e5fe8d0264e8488e 5d149bd0d9922725 43f5da6edfc68fb8 ca810726096b2945
  `),
}

/** A person is wanted. */
export const askedForHumanLabels: TurnLabels = {
  shown: ids(`
    bbbf6bdcc4a64c3d 3ed84287da443b14 ab2b8e10a6a0a760 f8f0089c49404f0b 0c5ae9c177e40b6c f548f84880a447c4 c4d2e56f7c002353
    a04a0f6098428dee 0a3ba5904458cee2 b481cf374bb69102 4c7d958562cfbf6b c2d4bedb25b363f3 d06e297ebd9c0b7c 11ade8447354f5b3
    ed49177311b73a8f 949d00ebb937e6e1 070d4ffaeec2ae80 6215dee284783b29 4a7194ff9cbc8bab a19d20712bef9969 1dfce67dde3810e3
    392ee34765117a0c f4dea92f7552dd2a 12b4ff73d6e64009 49f85b384be2de44 6bb243a9369b4866 b5e72df9cd655766 3042dbc7246fa287
    0e2099dbc33e2909 0cb1879e712c4512 4fb986c4de4fc033 c64de23e968e3fb1 d5e81d956abd2a71 46837e2ad6522588 1459f8e817b7130d
    b9f8f9da63b3a8f9 cdab6f53d5bf2576
  `),
  unclear: ids(`
    1a65534a5e4eb4b8 3a6700fdcb11978e 3b8a20cc86f59525 dfe3ef5623198239 e6d33b2f6beff475 8c63c6d63ad1c495
  `),
}

/** Thanks for something said or done; not those that end a request, and not with an objection. */
export const thankedLabels: TurnLabels = {
  shown: ids(`
    d3a931121b7a396e a4c77bca46a2823c 76030174c19fa65d 42b4d31f4cd081d1 d69f3a0d24aaf7d4 21f781b6a8d637a8 07280da91c23adf3
    d3bc65f2c56d0cce 5459fcfe17c9ec69 1ed1ee8d11da8e2f 824e62e816a4825e cc003d507246324e f7c42a4eb3386cd9 2003a5d1da58fad0
    c0b95bfa9d498c4f 63dbb9eeec5863e3 144d9af3a71e3538 32a3aa1565610efe bdddcf842b1cd8d0 742b4e334b08506a fa123028caa98dbb
    284a173173bcbc59 011afbaa220351de 2cb13c1dac6e6da8 6559673674eef8ec f88ee39e2bae6b57 862b25cab7517bb5 f344baf4dc3fbd6e
    1336ce67d00d0569 46247249441a6933 3cda6f9dd8b88904 a6312360bf1b860c 10810e13cae03bc1 2545a63699f00f73 da7091a8e93d5935
    1c73f7ad24cce102 4fcab4beaad0bfe7 c0f990b7afc36663 b6ee1d21bf4f7127 9040e25cc3f08c83 5f87925f3ebb8d79 ed6f81d711df7dcf
    38f571f21935c6b9 9cecddc395994eed 3520abf3204f9542 f86306b08dae2684 a5ac9ef9a8cb2684 ee61574f0558b76e bdb20883937f3d10
    cdd03ec8b5e6ef24 cab58f3993d2ee77 23cfd47288704a4c 6fb290e4cad73568 9d57a580a80575a1 cde8aa98cc23f13a bec37522edf27d22
    32cda2fd4e0f48cf a51758d133125659 03afde4784a69efd 4a6877b30105e533 594d25ba86a3523a 1c5bba5ea534a720 fcb7d35957c4f222
    0dc24f1e599c2341 5e0a7480372b26fa d0174f7b4951322c b6c70362b2a402db fe82a63d037f1871 93f42519fecc7452 bca0726a0f3701ae
    aef574a50b0e802a 7bc8115cd82af13c 81948f9336233f0d 8379aef811808921 cb217cd237a0ae4a 1119ca48f70be746 67bba7d92793de3d
    023277c6f24afd00 ef69b893de48d270 3a49f50fb6996845 ffefc35e6c6c857c 061fb470bedd977a cbcac4df77c990c9 e2dfdb22974410b1
    5bdfd78ff9647ddb 091d85065fb2f625 86d678c83c6ea83c c52283fad3ad80e1 ec328ad7f9683304 461879836f21aaca 5b62518d1afc5dea
    ac563263ea764255 99e8c53f6c968913 efd69ce66d082e61 faee83b97c739bd5 3331098a3ecfe3cc 3c1b83296a9f7196 04bab5cf8f9a5c06
    b5a4360115372169 0abf277176c0305f 5366ef59208bcef4 9b14a6097644a607
  `),
  unclear: ids(`
    36b00ab261000f8c 04461195848e6882 8af2b2472f336f66 cf735c00d54dc18a 6a098dc393a1b455 f53694ea4ac062a1 ab2ff38af13f436e
    a8ab3e6294dd1d0d 05a6be00209abb0a 7145d1a2afe59aca 74aa916a9f50c485 fcbc1bae6c7b2740 d33be5b304a67542 a7b33262e0f4e4dc
    9952bd9b619389aa 0bb5795aae60bc0c 6516cf29f0477c27 c5bbe59b655920fc ad4e61ff8f83d64f 14b59919e4f86914 faadb32da9b43646
    fed073bd58bdfe12 6ef5ec37abf6a913 fe48211d1337fb31 60efc91e53188773
  `),
}

/** The same request again, in other words. */
export const rephrasedLabels: TurnLabels = {
  shown: ids(`
    4e9a960ff814a8c8 f966a5a3a890410b 02fb0a42c281fd64 73391cec64abbf4f 4699a2e02a4843e7 fd423a5001be5b1d d0eba30da22c512a
    2322541a6c875fbf 57e87e9291d8a344 c0d68a3410619fe0 ec00e7999dcda334
  `),
  unclear: ids(`
    e3906dc9855e9fa7 e6d33b2f6beff475
  `),
}
