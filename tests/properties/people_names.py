"""Names for worlds of people: of each identity two that are far from everybody's, and near misses of the first.

The near misses differ by a letter, by capitals, by an accent and its form, by letters that ASCII lacks, by compatible
forms, by signs and by blanks: some programs take them for the first, and some do not.
"""

from __future__ import annotations

NAMES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("John Smith", "Katharina von Bora", ("john smith", "Jon Smith", "John Smyth", "JOHN SMITH")),
    ("Maria Rossi", "Bartholomew Quux", ("Mario Rossi", "Marla Rossi", "MariaRossi")),
    ("Zoé Dupont", "Per Gynt", ("Zoe Dupont", "Zoé  Dupont", "Zo\u00e9 Dumont", "Zoe\u0301 Dupont")),
    ("Li Wei", "Oluwaseun Adeyemi", ("Li Wen", "Lu Wei")),
    ("Bob", "Wilhelmine Krause", ("Rob", "bob", "Bo")),
    ("Anna", "Hieronymus Bosch", ("Anne", "ANNA")),
    ("José García", "Tatsuo Fukuda", ("Jose Garcia", "JOSÉ GARCÍA", "Jose\u0301 Garci\u0301a")),
    ("Sarah Johnson", "Ignacio Vela", ("Sara Johnson", "Sarah Jonson")),
    ("Jan Novák", "Elspeth McAllister", ("𝕁𝕒𝕟 Novák", "Jan Nova\u0301k", "𝕁𝕒𝕞 Novák", "Jan Novak")),
    ("Yamada Taro", "Ursula Zwingli", ("Ｙａｍａｄａ Ｔａｒｏ", "yamada taro")),
    ("Nguyễn Văn Minh", "Dorothea Xenakis", ("Nguyen Van Minh",)),
    ("Quentin Fabre", "Yolanda Ibáñez", ("Quentin Favre", "Quentin\u200b\u200b\u200b Fabre")),
    ("Øle Bøgh", "Cornelius Vrba", ("Ole Bogh", "Oele Boegh")),
    ("Udo Voß", "Philippa Greenwood", ("Udo Voss", "UDO VOSS")),
    ("fifi Luzi", "Svetlana Oborina", ("ﬁﬁ Luzi", "Fifi Luzi")),
    ("İlker Şahin", "Mbali Dlamini", ("ilker şahin", "Ilker Sahin", "Đlker Sahin")),
    ("K.-P. Tretter", "Gwendolyn Achebe", ("KP Tretter", "K P Tretter")),
    ("Νίκος Ρόδης", "Fatoumata Traoré", ("ΝΊΚΟΣ ΡΌΔΗΣ", "Νικος Ροδης")),
)
