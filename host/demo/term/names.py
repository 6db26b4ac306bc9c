"""Names for people whom nobody is: given and family names from many places, put together by lot."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import numpy as np

_GIVEN = """
Aaliyah Abena Adaeze Aditi Agnes Aiko Alejandra Amara Amir Ana Anders Anouk Anselm Aria Arjun Astrid Atsuko Awa Ayla
Aziz Bao Beatriz Bilal Bjarne Bruno Caio Camila Carys Celeste Chiara Chidi Chloé Cillian Dagny Daniela Darius Dewi Diego
Dilan Dina Eilidh Elena Eliška Emeka Emre Enzo Esme Farah Fatou Felix Femi Finn Freya Gael Gia Goran Greta Hana Haruto
Hassan Hedda Hugo Ibrahim Ida Ifeoma Ilya Imani Ines Isla Ivo Jamal Jana Javier Jia Jonas Juno Kaan Kaia Kamal Katya
Kenji Khadija Kiran Klara Kofi Laila Lars Leila Leo Lidia Linh Lorenzo Lucía Luka Mads Maeve Malik Manon Marek Mariam
Mateo Maya Mehmet Mei Mina Nadia Naveen Neve Nia Niko Noor Nuno Oisín Olu Omar Orla Oscar Paloma Pavel Petra Priya
Quentin Rafael Rania Rhys Rina Rosalie Rui Ruth Safiya Sami Sanne Selma Seren Shreya Simone Sofia Sora Stellan Sunita
Tadeo Taiwo Tamar Tariq Teodor Thandi Theo Tomás Umar Uma Valentina Vera Viktor Wanjiru Wen Willa Xavi Yara Yasmin Yuki
Yusuf Zahra Zane Zofia Zuri
"""
_FAMILY = """
Abara Acosta Adler Ahmadi Almeida Amundsen Andrade Asante Aydin Bakker Banerjee Baptiste Barros Bauer Bello Benítez
Bianchi Boateng Botha Brennan Cabrera Carvalho Chanda Chaudhry Chen Cho Contreras Correia Costa Cruz Dahl Danso Delgado
Demir Desai Diallo Dimitrov Doyle Dubois Duarte Eklund Engström Eriksen Espinoza Evans Faber Farouk Ferrari Fofana
Fujita Gallagher García Ghosh Gonçalves Grant Guerrero Gupta Haddad Hagen Hakimi Hansen Hashimoto Hassan Herrera Hoang
Horvat Hughes Ibarra Idris Ivanova Jansen Jensen Jiménez Kamara Kaur Kaya Keita Khan Kim Kovács Kruger Kumar Laurent
Lehmann Lewis Lim Lopes Lund MacLeod Maldonado Mansour Marques Mbeki Mehta Mendoza Mensah Molnár Moreau Moyo Murphy
Mwangi Nair Nakamura Navarro Ndiaye Nguyen Novak Nowak Obi Odhiambo Okoye Olsen Onyango Ortega Osei Owusu Pacheco Palmer
Pereira Petrov Pham Popescu Quispe Rahman Ramos Reyes Rhodes Ricci Rossi Sahin Salazar Santos Sato Schmid Serrano Shah
Silva Singh Solberg Sousa Svensson Tanaka Tembo Thapa Torres Tran Ueda Usman Vargas Vega Virtanen Vogel Walsh Wang Weber
Yamamoto Yilmaz Zhang Zimmer
"""
GIVEN, FAMILY = _GIVEN.split(), _FAMILY.split()


def full_names(rng: np.random.Generator) -> Iterator[str]:
    """Names without end in an order that the generator decides: none comes twice."""
    taken = set[str]()
    while True:
        name = f"{GIVEN[rng.integers(len(GIVEN))]} {FAMILY[rng.integers(len(FAMILY))]}"
        if name not in taken:
            taken.add(name)
            yield name


def address(name: str, domain: str) -> str:
    """An e-mail address that follows from the name, in ASCII."""
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return f"{letters.replace(' ', '.')}@{domain}"
