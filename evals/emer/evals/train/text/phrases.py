"""Short phrases of our own that teach the text emotion model rare words and signs.

GoEmotions holds few plain statements of a feeling and few signs that stand alone: "furious" is
rarer in it than "curious", which looks much the same in pieces. Each word below is put into every
frame, each sign stands alone and after plain words.

Returns  labelled phrases, always the same ones
"""

from typing import Final

FRAMES: Final = (
    "{}", "I am {}", "I'm so {}", "I feel {}", "I was {}", "she was {}", "he looks {}",
    "they are {}", "you sound {}.",
)  # fmt: skip
CARRIERS: Final = (
    "look at this", "I saw it", "that is the one", "we are here", "you know that",
    "it was on the table", "they came back today", "this is what he said",
    "I will be there at five", "she has the keys", "see you at the station", "the door was open",
)  # fmt: skip
"""They say nothing by themselves: with a sign they have its category, without one they are
neutral."""
PLAIN: Final = (
    "I am here", "I'm at home", "I was there", "she was at work", "he looks at it",
    "they are outside", "you sound like him", "I feel it on my hand",
)  # fmt: skip
"""What the frames begin is not by itself an emotion either."""
WORDS: Final = {
    "admiration": "impressed, amazing, brilliant, magnificent, impressive",
    "amusement": "amused, hilarious, laughing, giggling",
    "anger": "angry, furious, enraged, outraged, mad, livid, hostile",
    "annoyance": "annoyed, irritated, fed up, exasperated, impatient, bothered",
    "caring": "caring, protective, compassionate",
    "confusion": "confused, puzzled, perplexed, bewildered, baffled",
    "curiosity": "curious, intrigued",
    "disappointment": "disappointed, let down, discouraged, frustrated, dissatisfied",
    "disgust": "disgusted, revolted, repulsed, nauseated",
    "embarrassment": "embarrassed, ashamed, humiliated, mortified",
    "excitement": "excited, thrilled, exhilarated, ecstatic",
    "fear": "afraid, scared, terrified, frightened, horrified, panicking",
    "gratitude": "grateful, thankful",
    "grief": "grieving, mourning, heartbroken, bereaved",
    "joy": "happy, joyful, glad, delighted, cheerful, overjoyed",
    "love": "in love, loving, adoring",
    "nervousness": "nervous, anxious, worried, uneasy, stressed, tense",
    "optimism": "hopeful, optimistic, confident",
    "pride": "proud",
    "relief": "relieved, reassured",
    "remorse": "guilty, sorry, remorseful, regretful",
    "sadness": "sad, unhappy, miserable, depressed, lonely, gloomy, sorrowful",
    "surprise": "surprised, astonished, stunned, shocked, startled",
}
SIGNS: Final = {
    "admiration": "👏", "amusement": "😂 :D", "anger": "😡", "annoyance": "🙄", "approval": "👍",
    "confusion": "🤔", "disgust": "🤢", "embarrassment": "🙈", "excitement": "🎉", "fear": "😨",
    "gratitude": "🙏", "joy": "🙂 :)", "love": "❤ <3", "sadness": "😢 😭 ☹ :(", "surprise": "😮",
}  # fmt: skip


def phrases() -> list[tuple[str, str]]:
    """Return pairs of a phrase and its category."""
    worded = [
        (frame.format(word), category)
        for category, words in WORDS.items()
        for word in words.split(", ")
        for frame in FRAMES
    ]
    signed = [
        (phrase, category)
        for category, signs in SIGNS.items()
        for sign in signs.split()
        # alone, a sign stands against hundreds of comments whose annotators overlooked it
        for phrase in (*[sign, f"{sign} {sign}"] * 3, *(f"{c} {sign}" for c in CARRIERS))
    ]
    neutral = [(phrase, "neutral") for phrase in (*CARRIERS, *PLAIN) for _ in range(8)]
    return worded + signed + neutral
