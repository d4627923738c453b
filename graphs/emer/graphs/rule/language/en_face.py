"""Action units in English: names as in FACS (Ekman, Friesen & Hager 2002), and what a face does.

The predicates avoid the words for directions of a voice (higher, lower, wide, narrow).
"""

from typing import Final

from emer.graphs.rule.language.tables import Movement

MOVEMENTS: Final[dict[str, Movement]] = {
    "AU1": Movement("inner brow raiser", "{degree}raises the inner brows"),
    "AU2": Movement("outer brow raiser", "{degree}raises the outer brows"),
    "AU4": Movement("brow lowerer", "{degree}draws the brows down and together"),
    "AU5": Movement("upper lid raiser", "{degree}widens the eyes"),
    "AU6": Movement("cheek raiser", "{degree}raises the cheeks"),
    "AU7": Movement("lid tightener", "{degree}tightens the lids"),
    "AU9": Movement("nose wrinkler", "{degree}wrinkles the nose"),
    "AU10": Movement("upper lip raiser", "{degree}raises the upper lip"),
    "AU11": Movement("nasolabial deepener", "{degree}deepens the folds beside the nose"),
    "AU12": Movement("lip corner puller", "{degree}pulls the lip corners up"),
    "AU13": Movement("sharp lip puller", "{degree}pulls the lip corners up and puffs the cheeks"),
    "AU14": Movement("dimpler", "{degree}tightens the lip corners into dimples"),
    "AU15": Movement("lip corner depressor", "{degree}pulls the lip corners down"),
    "AU16": Movement("lower lip depressor", "{degree}pulls the bottom lip down"),
    "AU17": Movement("chin raiser", "{degree}pushes the chin up"),
    "AU18": Movement("lip pucker", "{degree}puckers the lips"),
    "AU20": Movement("lip stretcher", "{degree}stretches the lips sideways"),
    "AU22": Movement("lip funneler", "{degree}funnels the lips"),
    "AU23": Movement("lip tightener", "{degree}tightens the lips"),
    "AU24": Movement("lip pressor", "{degree}presses the lips together"),
    "AU25": Movement("lips part", "parts the lips"),
    "AU26": Movement("jaw drop", "lets the jaw drop"),
    "AU27": Movement("mouth stretch", "{degree}stretches the mouth open"),
    "AU28": Movement("lip suck", "{degree}sucks the lips in"),
    "AU41": Movement("lid droop", "{degree}lets the lids droop"),
    "AU42": Movement("slit", "{degree}closes the eyes to slits"),
    "AU43": Movement("eye closure", "closes the eyes or casts them down"),
    "AU44": Movement("squint", "{degree}squints"),
    "AU45": Movement("blink", "blinks"),
    "AU46": Movement("wink", "winks"),
}
