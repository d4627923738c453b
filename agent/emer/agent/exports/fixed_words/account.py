"""The explanation: moment by moment, what it was read by, and how its clues were read."""

from typing import Final

TABLE: Final[dict[str, tuple[str, str]]] = {
    "moments.title": ("Explanation", "解释"),
    "moments.lead": (
        "Moment by moment, from what was measured to what it is taken for. Each statement opens the evidence that it rests on; statements are numbered K1, K2 and so on.",
        "逐时刻叙述，从测得的内容到作出的判断。点击任一论断可打开其所依据的证据；论断编号为 K1、K2 等。",
    ),
    "moments.lead_still": (
        "Face by face, from what was measured to what it is taken for. Each statement opens the evidence that it rests on; statements are numbered K1, K2 and so on.",
        "逐张面孔叙述，从测得的内容到作出的判断。点击任一论断可打开其所依据的证据；论断编号为 K1、K2 等。",
    ),
    "moments.none": (
        "No face was seen and no speech was heard that something could be said of.",
        "没有看到可供描述的面孔，也没有听到可供描述的话语。",
    ),
    "moments.plain": (
        "{n} moment{s} in which nothing measured stands out",
        "{n} 个时刻所测各项均不突出",
    ),
    "moments.plain_faces": (
        "{n} face{s} of which nothing measured stands out",
        "{n} 张面孔所测各项均不突出",
    ),
    "moments.no_emotion": ("no emotion named", "未判定情绪"),
    "moments.No_emotion": ("No emotion named", "未判定情绪"),
    "moments.polarity": (
        "polarity of the labels of this moment, weighed by their scores",
        "这一时刻标签的极性，按分值加权",
    ),
    "moments.go": ("Go to {time}", "跳到 {time}"),
    # what a segment was read by
    "branch.V+A+T": ("read from face, voice and words", "依据面部、声音和话语判读"),
    "branch.A+T": ("read from voice and words, no face", "依据声音和话语判读，无面部"),
    "branch.V+T": ("read from face and words, no voice", "依据面部和话语判读，无声音"),
    "branch.V+A": ("read from face and voice, no words", "依据面部和声音判读，无话语"),
    "branch.T": ("read from words alone", "仅依据话语判读"),
    "branch.V": ("read from the face alone", "仅依据面部判读"),
    "branch.A": ("read from the voice alone", "仅依据声音判读"),
    "branch.none": ("nothing to read it from", "没有可供判读的内容"),
    # a claim and a label
    "claim.hypothesis": ("possible cause, not measured", "可能的原因，并非测得"),
    "claim.number": ("Number of this statement", "本论断的编号"),
    "claim.name": ("Statement {id}", "论断 {id}"),
    "claim.pieces": ("{n} piece{s} of evidence", "{n} 项证据"),
    "claim.rests": ("rests on ", "依据 "),
    "label.about": (
        "score {score}: support by the evidence; intensity {intensity}: how strongly it is shown",
        "分值 {score}：证据的支持程度；强度 {intensity}：表现得多强烈",
    ),
    "label.intensity": ("intensity", "强度"),
    # how it was read
    "reading.title": ("How this was read", "如何判读"),
    "reading.score": (" (score {score})", "（分值 {score}）"),
    "reading.also": ("also possible:", "也可能是："),
    "reading.for": ("Speaks for it", "支持的线索"),
    "reading.against": ("Speaks against it", "相反的线索"),
    "reading.reason": ("Reason", "理由"),
    "reading.cases": ("Moved by similar cases", "受相似案例影响"),
    "reading.moved": ("{label} from {before} to {after}", "{label} 由 {before} 变为 {after}"),
    "reading.pairs": ("Face, voice and words, pair by pair", "面部、声音和话语，两两比较"),
    "reading.pair": ("{one} and {other}: {verdict}", "{one}与{other}：{verdict}"),
    "reading.agree": ("do not contradict each other", "互不矛盾"),
    "reading.conflict": ("disagree", "不一致"),
    "reading.missing": ("cannot be compared", "无法比较"),
    "reading.in": ("{verdict} in {dimension}", "在{dimension}上{verdict}"),
    "reading.apart": (" (apart by {distance})", "（相差 {distance}）"),
    "reading.analogies": (
        "Similar cases: analogies, never evidence about this clip",
        "相似案例：仅为类比，绝非关于本片段的证据",
    ),
    "reading.similarity": ("(similarity {score})", "（相似度 {score}）"),
    "reading.measured": ("Measured here", "此处测得"),
    "piece.unit": ("{au} {name} {intensity}/5, apex {time}", "{au} {name} {intensity}/5，顶点 {time}"),
    "piece.event": ("{event} heard, {span}", "听到{event}，{span}"),
    "picture.face": ("face of {who}", "{who} 的面孔"),
    "picture.face_at": ("face of {who} at {time}", "{time} 时 {who} 的面孔"),
    "picture.whole": ("the picture at {time}", "{time} 时的画面"),
    # remarks on single pieces of evidence
    "remark.impression": (
        "Shown {n} picture{s} and {seconds} s of sound. No claim rests on it.",
        "向其展示了 {n} 幅画面和 {seconds} s 声音。任何论断都不以其为依据。",
    ),
    "remark.translation": (
        "“{text}” - by a language model, of {of}. Nobody said these words, and nobody has checked them.",
        "“{text}”——由语言模型译自 {of}。没有人说过这些话，也没有人核对过。",
    ),
    "remark.translated": ("Read in translation: {names}.", "据译文判读：{names}。"),
    "remark.unit": ("{au} {name}: {cue}", "{au} {name}：{cue}"),
    "remark.usual_own": (
        "Usual means: this voice's other utterances here.",
        "“平时”指：这个声音在此处的其他话语。",
    ),
    "remark.usual_others": ("Usual means: voices of other people.", "“平时”指：其他人的声音。"),
    "remark.known": (
        "Known of this voice: {n} other utterance{s} of this voice.",
        "对这个声音的了解：它的另外 {n} 处话语。",
    ),
    "remark.known_nothing": ("Known of this voice: nothing.", "对这个声音的了解：无。"),
    "remark.actors": ("Learnt from actors in a studio.", "学自录音棚中的演员。"),
    "remark.raters": (
        "0 is the middle of the raters' scale, not what is usual for this voice.",
        "0 是评分者量表的中点，而不是这个声音的平时水平。",
    ),
}  # fmt: skip
