"""What is said to questions that face, voice and words cannot answer, and what can be told instead."""

from typing import Final

from emer.graphs.report import Language

OF_LIMITS: Final[dict[str, dict[Language, str]]] = {
    "topic_truth": {
        "en": "Cannot tell who lies, is honest or is to blame: nothing in a face, a voice or words shows "
        "that. What can be told is whether they fit together; ask: “Do face, voice and words of {who} fit "
        "together?”",
        "zh": "无法判断谁在说谎、是否诚实或有过错：表情、声音和话语都不能说明这一点。可以说的是它们是否一致；可以问：“{who}的表情和声音一致吗？”",
    },
    "topic_bond": {
        "en": "Cannot tell what people are to each other or whom they love: what is shown in a clip does "
        "not tell that. What can be told is how one reacts to the other; ask: “How does {who} react?” or "
        "“Is anyone affectionate?”",
        "zh": "无法判断人与人之间的关系或爱恨：片段里的表现不能说明这一点。可以说的是一方如何回应另一方；可以问：“{who}有什么反应？”",
    },
    "topic_diagnosis": {
        "en": "Cannot tell about health or illness: this is no diagnosis, and a clip allows none. What "
        "can be told is what is shown; ask: “Is {who} sad?” or “How does the voice of {who} sound?”",
        "zh": "无法判断健康或疾病：这不是诊断，一个片段也不足以诊断。可以说的是表现出了什么；可以问：“{who}难过吗？”或“{who}的语气如何？”",
    },
    "topic_fitness": {
        "en": "Cannot tell whom to hire, trust or think well of: what somebody shows in a clip says nothing "
        "of ability or character, and it must not be used for that. What can be told is what is shown, "
        "when; ask: “How does {who} come across?”",
        "zh": "无法判断该不该录用、信任或如何评价一个人：片段里的表现说明不了能力和品格，也不应这样使用。可以说的是什么时候表现出了什么；"
        "可以问：“{who}给人什么感觉？”",
    },
    "topic_age": {
        "en": "Cannot tell how old anybody is: age is not measured here. People are told apart by voice and "
        "face alone; ask: “Who is there?”",
        "zh": "无法判断年龄：这里不测量年龄，只按声音和面孔区分人；可以问：“有谁？”",
    },
    "topic_sex": {
        "en": "Cannot tell a man from a woman: sex is not measured here. People are told apart by voice "
        "and face alone; ask: “Who is there?”",
        "zh": "无法判断性别：这里不测量性别，只按声音和面孔区分人；可以问：“有谁？”",
    },
    "topic_name": {
        "en": "Cannot tell who anybody is by name: names and identities are not looked for here, people "
        "have numbers. What was said may hold a name; ask: “What was said?” or “Who is there?”",
        "zh": "无法判断姓名和身份：这里不识别身份，人只有编号。话语里也许提到了名字；可以问：“说了什么？”或“有谁？”",
    },
    "topic_origin": {
        "en": "Cannot tell origin, race, religion, politics or whom somebody loves: none of that is "
        "measured here, nor will it be. What can be told is what was said and shown; ask: “What was "
        "said?”",
        "zh": "无法判断出身、种族、宗教、政治立场或性取向：这里不测量，也不会测量。可以说的是说了什么、表现了什么；可以问：“说了什么？”",
    },
    "topic_inside": {
        "en": "Cannot tell what somebody thinks, wants or feels inside: only what is shown, sounds and is said "
        "can be measured. Ask: “How does {who} come across?” or “Do face and words of {who} fit together?”",
        "zh": "无法判断一个人内心的想法、意图或感受：只能测量表现出来的、听到的和说出的。可以问：“{who}的情绪怎么样？”或“{who}的表情和话语一致吗？”",
    },
    "topic_looks": {
        "en": "Cannot tell what anybody looks like: only movements of the face are measured, not looks, "
        "clothes or build. Ask: “What does the face of {who} show?”",
        "zh": "无法描述相貌：这里只测量面部动作，不看长相、衣着或身材。可以问：“{who}的表情怎么样？”",
    },
    "topic_gesture": {
        "en": "Cannot tell about hands, head, posture or body: no specialist here reads them. What can be told is "
        "what the face does; ask: “What does the face of {who} show?”",
        "zh": "无法判断手、头、姿势或身体动作：这里没有读取它们的工具。可以说的是面部动作；可以问：“{who}的表情怎么样？”",
    },
    "topic_place": {
        "en": "Cannot tell where, when or by whom this was made: the picture is not searched for that. "
        "What is known of the file can be told; ask: “How long is it?” or “What was said?”",
        "zh": "无法判断拍摄的时间、地点或作者：这里不从画面中查找这些。可以说的是文件的情况；可以问：“视频多长？”或“说了什么？”",
    },
    "topic_future": {
        "en": "Cannot tell what will be: only what is in the clip is looked at. Ask: “What happens at the "
        "end?” or “How does the mood change?”",
        "zh": "无法判断将来：这里只看片段里的内容。可以问：“最后发生了什么？”或“情绪有变化吗？”",
    },
    "topic_advice": {
        "en": "Cannot tell what to say or do, nor what anybody should: no replies are written here. What a reply should rest on can "
        "be told; ask: “How does {who} come across?”, “Why?” or “What was said?”",
        "zh": "无法建议该说什么、做什么：这里不代写回复。可以说的是回复应当依据什么；可以问：“{who}的情绪怎么样？”“为什么？”或“说了什么？”",
    },
    "greeting": {
        "en": "This answers questions about the clip and tells nothing else. Ask for example: “What happens?”, "
        "“Who is angry?” or “What did {who} say?”",
        "zh": "这里只回答关于片段的问题。例如可以问：“发生了什么？”“谁生气了？”或“{who}说了什么？”",
    },
}
